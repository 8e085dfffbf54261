// Moves a pod's address to a node: /32 routes in every node's and the fabric's network namespace.
#pragma once

#include <string>

#include "base/id.h"
#include "base/result.h"

namespace drover::cluster::local {

// Idempotent; may be called from any thread.
class Router {
 public:
  virtual ~Router() = default;
  // Every node and the fabric send the pod's packets to `node`, whose agent attaches its own end. A node that cannot be reached is
  // an error (its pods would talk to the old place); the routes of all others are set all the same, and the call may be repeated.
  virtual Result<> announce(const WorkloadId& pod, const std::string& ip, const NodeId& node) = 0;
  // The pod is gone: only the subnet routes are left.
  virtual Result<> withdraw(const WorkloadId& pod, const std::string& ip) = 0;
};

}  // namespace drover::cluster::local
