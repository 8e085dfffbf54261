// The control loop on a thread of its own: observes, forecasts, plans, records, moves.
#pragma once

#include <memory>
#include <thread>

#include "cli/cluster_time.h"
#include "cli/migrations.h"
#include "cluster/local/cluster_file.h"
#include "cluster/local/layout.h"
#include "cluster/local/local_backend.h"
#include "control/view.h"

namespace drover::cli {

// All outlive the thread.
struct ControlParts {
  const cluster::local::ClusterFile& cluster;
  const cluster::local::ClusterPaths& paths;
  cluster::local::ClusterState& state;
  Migrations& migrations;
  ClusterTime& time;
  control::ViewBoard& views;
};

class ControlThread {
 public:
  // The thread is born in the calling thread's network namespace, which must be the fabric's.
  static Result<std::unique_ptr<ControlThread>> start(const ControlParts& parts);
  ~ControlThread();

 private:
  struct Parts;
  explicit ControlThread(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace drover::cli
