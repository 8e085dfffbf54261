// The demo's cluster on this machine: drover's own command line for what it makes, its API for what
// it watches.
#pragma once

#include "cli/demo_cluster.h"
#include "cli/operator_api.h"
#include "cli/own_commands.h"

namespace drover::cli {

class LocalDemoCluster final : public DemoCluster {
 public:
  LocalDemoCluster(OwnCommands commands, os::Path cluster_file, os::Path manifest)
      : commands_(std::move(commands)),
        cluster_file_(std::move(cluster_file)),
        manifest_(std::move(manifest)) {}

  Result<> up() override;
  Result<std::string> start_redis() override;
  Result<os::NetNamespace> network() override;
  Result<> next_hour() override;
  Result<ClusterNow> look() override;
  Result<> down() override;

 private:
  Result<OperatorApi*> api();

  OwnCommands commands_;
  os::Path cluster_file_;  // cluster.yaml
  os::Path manifest_;      // redis.yaml
  std::optional<OperatorApi> api_;
};

// Out of an answer of /migrations; what is missing in it stays empty.
DemoMigration read_migration(const Json& json);

}  // namespace drover::cli
