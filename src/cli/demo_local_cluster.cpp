#include "cli/demo_local_cluster.h"

#include <algorithm>
#include <format>

#include "cluster/local/holder.h"

namespace drover::cli {
namespace {

constexpr Duration kHour = std::chrono::hours{1};

}  // namespace

Result<> LocalDemoCluster::up() { return commands_.run({"up", "-f", cluster_file_}); }

Result<std::string> LocalDemoCluster::start_redis() {
  return commands_.run({"apply", "-f", manifest_, "--wait"})
      .and_then([&] { return api(); })
      .and_then([](OperatorApi* client) { return client->get("/pods/redis"); })
      .and_then([](const Json& pod) -> Result<std::string> {
        const auto phase = field(pod, "phase");
        if (phase != "Running" && phase != "running") {
          return unavailable(std::format("Redis is {}: {}", phase, field(pod, "message")));
        }
        return field(pod, "ip");
      });
}

Result<os::NetNamespace> LocalDemoCluster::network() {
  return cluster::local::held_namespace(commands_.choice().paths().fabric(),
                                        "the fabric's namespace holder");
}

Result<> LocalDemoCluster::next_hour() {
  return api()
      .and_then([](OperatorApi* client) {
        return client->put("/clock", Json{{"advance_ms", kHour.count()}}.dump());
      })
      .transform([](const Json&) {})
      .transform_error(doing("setting the cluster's clock forward"));
}

Result<ClusterNow> LocalDemoCluster::look() {
  const auto pod = api().and_then([](OperatorApi* client) { return client->get("/pods/redis"); });
  const auto migrations =
      api().and_then([](OperatorApi* client) { return client->get("/migrations"); });
  if (!pod || !migrations) {
    return std::unexpected(doing("looking at the cluster")(pod ? migrations.error() : pod.error()));
  }
  ClusterNow now{.pod_at = NodeId{field(*pod, "node")},
                 .pod_goes_to = std::nullopt,
                 .busy = false,
                 .migrations = {}};
  for (const auto& json : *migrations) {
    now.migrations.push_back(read_migration(json));
    now.busy = now.busy || now.migrations.back().outcome == "open";
    if (now.busy && now.migrations.back().to != now.pod_at) {
      now.pod_goes_to = now.migrations.back().to;
    }
  }
  return now;
}

Result<> LocalDemoCluster::down() {
  api_.reset();
  return commands_.run_to_the_end({"down"});
}

Result<OperatorApi*> LocalDemoCluster::api() {
  if (!api_) {
    auto connected = OperatorApi::connect(commands_.choice());
    if (!connected) {
      return std::unexpected(connected.error());
    }
    api_ = std::move(*connected);
  }
  return &*api_;
}

DemoMigration read_migration(const Json& json) {
  DemoMigration migration{.id = MigrationId{field(json, "id")},
                          .from = NodeId{field(json, "from")},
                          .to = NodeId{field(json, "to")},
                          .from_zone = {},
                          .to_zone = {},
                          .hour = std::nullopt,
                          .reason = field(json, "reason"),
                          .outcome = field(json, "outcome"),
                          .error = field(json, "error"),
                          .bytes = Bytes{static_cast<std::int64_t>(number_field(json, "bytes"))},
                          .begun = parse_time(field(json, "begun")).value_or(Instant{}),
                          .phases = {},
                          .stall = std::nullopt};
  const auto phases = json.is_object() ? json.find("phases") : json.end();
  if (!json.is_object() || phases == json.end() || !phases->is_array()) {
    return migration;
  }
  for (const auto& phase : *phases) {
    const auto start = number_field(phase, "start_s");
    migration.phases.push_back({.name = field(phase, "name"),
                                .start_s = start,
                                .end_s = std::max(start, number_field(phase, "end_s"))});
  }
  return migration;
}

}  // namespace drover::cli
