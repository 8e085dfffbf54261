// Migrations over the coordinator, on a thread of its own: the controller's one place that begins
// and drives them.
#pragma once

#include <functional>
#include <memory>

#include "cli/migrations.h"
#include "cluster/local/layout.h"
#include "migrate/http/agents.h"
#include "os/ca.h"

namespace drover::cli {

// Where a pod is and what its agent is to be told; from the cluster's durable state.
struct PodPlace {
  NodeId node;
  std::string spec;  // JSON of its PodSpec
};

struct MigrationServiceOptions {
  cluster::local::ClusterPaths cluster;
  os::TlsFiles tls;  // of the controller
  migrate::HttpAgents::Directory agents;
  // kNotFound: no such pod; kConflict: it does not run. Called from any thread.
  std::function<Result<PodPlace>(const WorkloadId&)> place_of;
  // kNotFound: no such node.
  std::function<Result<>(const NodeId&)> check_node;
  // The pod lives there now: durable place first, then routes. Idempotent; called from the
  // service's thread.
  std::function<Result<>(const WorkloadId&, const NodeId&)> announce;
};

class MigrationService final : public Migrations {
 public:
  // Goes on with what is open. Its thread is born in the calling thread's network namespace.
  static Result<std::unique_ptr<MigrationService>> start(MigrationServiceOptions options);
  ~MigrationService() override;

  Result<MigrationId> begin(const MoveRequest& request) override;
  Result<MigrationView> get(const MigrationId& id) override;
  Result<std::vector<MigrationView>> list() override;
  [[nodiscard]] bool open_for(const WorkloadId& pod) const override;

 private:
  struct Parts;
  explicit MigrationService(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace drover::cli
