// The parent of one container: mounts its root, lets the runtime create and start it, keeps its
// output and its exit code.
//
// It is a process of its own, because whoever holds the pipes and reaps the container must outlive
// the agent.
#pragma once

#include "base/result.h"
#include "cluster/pods/shim_options.h"

namespace drover::cluster::pods {

// Returns when the container has ended and status.json says how; an error when even that could not
// be written. The process must have one thread and a mount namespace of its own. SIGTERM to it ends
// the container. kConflict: the container has another shim.
Result<> run_shim(const ShimOptions& options);

}  // namespace drover::cluster::pods
