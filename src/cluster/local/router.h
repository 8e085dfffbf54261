// Moves a pod's address to a node: /32 routes in every node's and the fabric's network namespace.
#pragma once

#include <string>

#include "cluster/local/agent_pool.h"

namespace drover::cluster::local {

// Idempotent; may be called from any thread of a process in the fabric's network namespace.
class Router {
 public:
  // Both outlive it.
  Router(const ClusterFile& cluster, AgentPool& agents) : cluster_(cluster), agents_(agents) {}

  // Every node and the fabric send the pod's packets to `node`, whose agent attaches its own end. A
  // node that cannot be reached is an error (its pods would talk to the old place); the routes of
  // all others are set all the same, and the call may be repeated.
  Result<> announce(const WorkloadId& pod, const std::string& ip, const NodeId& node);

  // The pod is gone: only the routes of the subnet that its address is from are left.
  Result<> withdraw(const WorkloadId& pod, const std::string& ip);

 private:
  const ClusterFile& cluster_;
  AgentPool& agents_;
};

}  // namespace drover::cluster::local
