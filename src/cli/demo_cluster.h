// The cluster as the demo sees it. Implemented over the command line and the API of a local
// cluster.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "cli/demo_report.h"
#include "os/file.h"
#include "os/netns.h"
#include "os/signal.h"

namespace drover::cli {

struct ClusterNow {
  NodeId pod_at;
  std::optional<NodeId> pod_goes_to;      // a migration is under way and not committed
  bool busy = false;                      // a migration has not ended
  std::vector<DemoMigration> migrations;  // oldest first; without hour, zones and stall
};

// One thread. Errors say what was being done.
class DemoCluster {
 public:
  virtual ~DemoCluster() = default;
  // Starts it; nothing of it is left after an error.
  virtual Result<> up() = 0;
  // Starts the Redis and waits until it runs; returns its address.
  virtual Result<std::string> start_redis() = 0;
  // Where its clients run.
  virtual Result<os::NetNamespace> network() = 0;
  // Lets an hour of the cluster's clock pass, so that the control loop decides anew.
  virtual Result<> next_hour() = 0;
  virtual Result<ClusterNow> look() = 0;
  // Idempotent. Removes all of it.
  virtual Result<> down() = 0;
};

}  // namespace drover::cli
