// The course of the demo: cluster up, Redis under load, hour by hour through the window, report,
// cluster down.
#pragma once

#include <functional>

#include "cli/demo_cluster.h"
#include "cli/demo_plan.h"
#include "cli/demo_view.h"
#include "cli/load_session.h"

namespace drover::cli {

struct DemoPorts {
  DemoCluster& cluster;
  os::SignalWaiter& signals;  // SIGINT and SIGTERM end the demo early
  std::function<void(const DemoView&, bool fresh)>
      show;  // about ten times a second; fresh: an hour or a move began or ended
};

struct DemoResult {
  DemoReport report;
  bool interrupted = false;
};

// The cluster is down when it returns, unless the options keep it.
Result<DemoResult> run_demo(const DemoPlan& plan, const DemoOptions& options,
                            const DemoPorts& ports);

}  // namespace drover::cli
