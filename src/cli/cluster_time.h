// The clock that a cluster's decisions are made by: real, accelerated, or standing until it is told
// to go on.
#pragma once

#include <memory>

#include "cluster/local/cluster_file.h"
#include "cluster/local/state.h"
#include "control/runner.h"

namespace drover::cli {

// Thread-safe, but wait_until() is called from one thread.
class ClusterTime : public Clock, public control::Sleeper {
 public:
  // kConflict unless the clock is simulated.
  virtual Result<> advance(Duration by) = 0;
};

// An accelerated or simulated clock goes on where it was, also over a restart of the controller:
// the state remembers. Both outlive it.
Result<std::unique_ptr<ClusterTime>> make_cluster_time(const cluster::local::ClockEntry& entry,
                                                       cluster::local::ClusterState& state);

}  // namespace drover::cli
