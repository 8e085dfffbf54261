// The controller of a local cluster: the only process that decides.
#pragma once

#include "base/result.h"
#include "cluster/local/layout.h"

namespace drover::cli {

// Listens in the calling process's network namespace, then moves the process into the fabric's, so
// it is called before any thread is started. Serves until SIGTERM or SIGINT.
Result<> run_controller(const cluster::local::ClusterPaths& paths);

}  // namespace drover::cli
