// One consistent, immutable view of the cluster, taken at a moment. Policies are pure functions of
// it.
#pragma once

#include <vector>

#include "base/time.h"
#include "cluster/model.h"

namespace drover::cluster {

struct Snapshot {
  Instant at;
  std::vector<Node> nodes;          // sorted by id
  std::vector<Workload> workloads;  // sorted by id
};

// Null when the snapshot does not know the name. The pointer lives as long as the snapshot.
const Node* find_node(const Snapshot& snapshot, const NodeId& id);
const Workload* find_workload(const Snapshot& snapshot, const WorkloadId& id);

// What is left on a node after the requests of every workload placed on it, never below zero.
Resources free_resources(const Snapshot& snapshot, const NodeId& node);

// Whether the workload's requests fit into what is left on the node.
bool fits(const Snapshot& snapshot, const Workload& workload, const NodeId& node);

}  // namespace drover::cluster
