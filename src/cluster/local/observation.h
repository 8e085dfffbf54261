// What the agents report, and what follows from it: pure functions over plain values.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "cluster/local/cluster_file.h"
#include "cluster/local/state.h"
#include "cluster/pods/pod_runtime.h"
#include "cluster/snapshot.h"

namespace drover::cluster::local {

struct NodeObservation {
  bool ready = false;
  std::string problem;  // why it is not ready
  std::map<std::string, pods::PodStatus> pods;
};
using Observation = std::map<NodeId, NodeObservation>;

// Whether a migration of the pod is under way.
using Migrating = std::function<bool(const WorkloadId&)>;

// Running while any container runs; else Pending while any waits; else Succeeded when all ended
// with 0, or Failed.
WorkloadPhase phase_of(const pods::PodStatus& status);

// "container web ended with 1", for a pod that is not running as it should; empty when there is
// nothing to say.
std::string message_of(const pods::PodStatus& status);

// Requests over all containers.
Resources requests_of(const pods::PodSpec& spec);

// The pod's declared draw (annotation drover.dev/power-watts), else its CPU request's share of what
// its nodes draw above idle, the mean over all nodes: a modelled figure.
Power power_of(const pods::PodSpec& spec, const ClusterFile& cluster);

struct SnapshotInputs {
  const ClusterFile& cluster;
  const std::vector<PodRecord>& pods;
  const Observation& nodes;
  const Migrating& migrating;
  // `nodes` was seen before `pods` was read: a pod that is not on its node may have come since.
  bool nodes_are_older = false;
};
Snapshot make_snapshot(const SnapshotInputs& inputs, Instant now);

// Without a policy: the pinned node, else the first of the file that is ready and where it fits.
// kConflict says why there is none.
Result<NodeId> choose_node(const Snapshot& snapshot, const ClusterFile& cluster,
                           const PodRecord& pod);

}  // namespace drover::cluster::local
