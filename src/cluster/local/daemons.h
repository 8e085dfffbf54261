// Starts the long-running processes of a cluster and waits until they serve.
#pragma once

#include <filesystem>
#include <functional>

#include "cluster/local/cluster_file.h"
#include "cluster/local/layout.h"
#include "os/process.h"

namespace drover::cluster::local {

struct DaemonRequest {
  const ClusterPaths& paths;
  const std::filesystem::path& drover;
  const std::function<bool()>& interrupted;
};

// Each returns once the process, or one that somebody else started meanwhile, has recorded itself,
// which it does when it serves. A process that
// ends instead is an error with the end of its log.
Result<> start_agent(const DaemonRequest& request, const NodeId& node);
Result<> start_controller(const DaemonRequest& request);

// Waits until the controller says that every node is ready.
Result<> wait_until_ready(const DaemonRequest& request);

}  // namespace drover::cluster::local
