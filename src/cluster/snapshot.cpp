#include "cluster/snapshot.h"

#include <algorithm>

namespace drover::cluster {

const Node* find_node(const Snapshot& snapshot, const NodeId& id) {
  const auto found = std::ranges::find(snapshot.nodes, id, &Node::id);
  return found == snapshot.nodes.end() ? nullptr : &*found;
}

const Workload* find_workload(const Snapshot& snapshot, const WorkloadId& id) {
  const auto found = std::ranges::find(snapshot.workloads, id, &Workload::id);
  return found == snapshot.workloads.end() ? nullptr : &*found;
}

Resources free_resources(const Snapshot& snapshot, const NodeId& node) {
  const Node* found = find_node(snapshot, node);
  if (found == nullptr) {
    return {};
  }
  Resources left = found->capacity;
  for (const auto& workload : snapshot.workloads) {
    if (workload.node == node && workload.phase != WorkloadPhase::kSucceeded &&
        workload.phase != WorkloadPhase::kFailed) {
      left.cpu_cores -= workload.requests.cpu_cores;
      left.memory = left.memory - workload.requests.memory;
    }
  }
  return {.cpu_cores = std::max(left.cpu_cores, 0.0), .memory = std::max(left.memory, Bytes{0})};
}

bool fits(const Snapshot& snapshot, const Workload& workload, const NodeId& node) {
  const auto left = free_resources(snapshot, node);
  return workload.requests.cpu_cores <= left.cpu_cores && workload.requests.memory <= left.memory;
}

}  // namespace drover::cluster
