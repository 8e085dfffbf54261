// The parent of one container: mounts its root, lets the runtime create and start it, keeps its
// output and its exit code.
//
// It is a process of its own, because whoever holds the pipes and reaps the container must outlive
// the agent.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "cluster/pods/layout.h"

namespace drover::cluster::pods {

struct ShimOptions {
  ContainerPaths container;
  std::string id;                             // runc's name for the container
  std::filesystem::path runtime_root;         // --root
  std::filesystem::path runtime;              // drover-runtime
  std::filesystem::path image;                // root directory, the lower part of the overlay
  std::string cgroup;                         // of the container, below each hierarchy's root
  Duration grace = std::chrono::seconds(30);  // from SIGTERM to SIGKILL
};

// Returns when the container has ended and status.json says how; an error when even that could not
// be written. The process must have one thread and a mount namespace of its own. SIGTERM to it ends
// the container. kConflict: the container has another shim.
Result<> run_shim(const ShimOptions& options);

}  // namespace drover::cluster::pods
