// Starts agents again that have ended, so that a pod in the middle of a migration does not wait for
// a person.
#pragma once

#include <map>
#include <stop_token>

#include "cluster/local/cluster_file.h"
#include "cluster/local/layout.h"

namespace drover::cluster::local {

class AgentKeeper {
 public:
  // `drover`: the program that is started as agent. The cluster file outlives the keeper.
  AgentKeeper(const ClusterFile& cluster, ClusterPaths paths, std::filesystem::path drover)
      : cluster_(cluster), paths_(std::move(paths)), drover_(std::move(drover)) {}

  // Looks once at each agent. One that keeps ending is started at growing intervals, up to half a
  // minute. What fails is logged and tried again. Waits for an agent to serve, or for `stop`.
  void look(Instant now, const std::stop_token& stop);

 private:
  struct Attempts {
    Instant next;
    Duration wait = std::chrono::seconds{1};
  };
  void start(const NodeId& node, const std::stop_token& stop);

  const ClusterFile& cluster_;
  ClusterPaths paths_;
  std::filesystem::path drover_;
  std::map<NodeId, Attempts> attempts_;
};

}  // namespace drover::cluster::local
