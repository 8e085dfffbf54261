#include "cluster/local/local_backend.h"

#include "cluster/local/reconciler.h"

namespace drover::cluster::local {

Result<Snapshot> LocalBackend::observe(Instant now) {
  const auto nodes = observe_nodes(ports_.cluster, ports_.agents);
  return ports_.state.pods().transform([&](const std::vector<PodRecord>& pods) {
    return make_snapshot(
        {.cluster = ports_.cluster, .pods = pods, .nodes = nodes, .migrating = ports_.migrating},
        now);
  });
}

}  // namespace drover::cluster::local
