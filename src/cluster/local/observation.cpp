#include "cluster/local/observation.h"

#include <algorithm>
#include <format>

namespace drover::cluster::local {
namespace {

using pods::ContainerPhase;

bool any_in(const pods::PodStatus& status, ContainerPhase phase) {
  return std::ranges::contains(status.containers, phase, &pods::ContainerStatus::phase);
}

bool succeeded(const pods::ContainerStatus& container) {
  return container.phase == ContainerPhase::kExited && container.exit_code == 0;
}

Node node_of(const NodeEntry& entry, const Observation& nodes) {
  const auto found = nodes.find(entry.name);
  return {.id = entry.name,
          .zone = entry.zone,
          .capacity = entry.capacity,
          .idle_power = entry.idle_power,
          .peak_power = entry.peak_power,
          .uplink = entry.bandwidth,
          .ready = found != nodes.end() && found->second.ready};
}

// What is recorded is at most one pass of the reconciler old; a node that went away meanwhile makes
// its pods unknown.
WorkloadPhase phase_now(const PodRecord& pod, const SnapshotInputs& inputs) {
  const bool final = pod.phase == WorkloadPhase::kSucceeded || pod.phase == WorkloadPhase::kFailed;
  if (final || !pod.node || !pod.started) {
    return pod.phase;
  }
  if (inputs.migrating(WorkloadId{pod.spec.name})) {
    return WorkloadPhase::kMigrating;
  }
  const auto node = inputs.nodes.find(*pod.node);
  if (node == inputs.nodes.end() || !node->second.ready) {
    return WorkloadPhase::kUnknown;
  }
  const auto status = node->second.pods.find(pod.spec.name);
  if (status == node->second.pods.end()) {
    return inputs.nodes_are_older ? pod.phase : WorkloadPhase::kUnknown;
  }
  return phase_of(status->second);
}

Workload workload_of(const PodRecord& pod, const SnapshotInputs& inputs) {
  const auto migrate = pod.spec.labels.find("drover.dev/migrate");
  return {
      .id = WorkloadId{pod.spec.name},
      .phase = phase_now(pod, inputs),
      .node = pod.node,
      .address = pod.spec.ip,
      .requests = requests_of(pod.spec),
      .power = power_of(pod.spec, inputs.cluster),
      .movable = !pod.deleting && (migrate == pod.spec.labels.end() || migrate->second != "never"),
      .labels = pod.spec.labels};
}

}  // namespace

WorkloadPhase phase_of(const pods::PodStatus& status) {
  if (any_in(status, ContainerPhase::kRunning)) {
    return WorkloadPhase::kRunning;
  }
  if (any_in(status, ContainerPhase::kCreated) || status.containers.empty()) {
    return WorkloadPhase::kPending;
  }
  return std::ranges::all_of(status.containers, succeeded) ? WorkloadPhase::kSucceeded
                                                           : WorkloadPhase::kFailed;
}

std::string message_of(const pods::PodStatus& status) {
  for (const auto& container : status.containers) {
    if (container.phase == ContainerPhase::kFailed) {
      return std::format("container {}: {}", container.name, container.error);
    }
    if (container.exit_code && *container.exit_code != 0) {
      return std::format("container {} ended with {}", container.name, *container.exit_code);
    }
  }
  return "";
}

Resources requests_of(const pods::PodSpec& spec) {
  Resources sum;
  for (const auto& container : spec.containers) {
    sum.cpu_cores += container.requests.cpu_cores.value_or(0);
    sum.memory += container.requests.memory.value_or(Bytes{});
  }
  return sum;
}

Power power_of(const pods::PodSpec& spec, const ClusterFile& cluster) {
  if (spec.power) {
    return *spec.power;
  }
  Power sum;
  for (const auto& node : cluster.nodes) {
    if (node.capacity.cpu_cores > 0) {
      sum += (node.peak_power - node.idle_power) *
             (requests_of(spec).cpu_cores / node.capacity.cpu_cores);
    }
  }
  return cluster.nodes.empty() ? sum : sum / static_cast<double>(cluster.nodes.size());
}

Snapshot make_snapshot(const SnapshotInputs& inputs, Instant now) {
  Snapshot snapshot{.at = now, .nodes = {}, .workloads = {}};
  for (const auto& entry : inputs.cluster.nodes) {
    snapshot.nodes.push_back(node_of(entry, inputs.nodes));
  }
  for (const auto& pod : inputs.pods) {
    snapshot.workloads.push_back(workload_of(pod, inputs));
  }
  std::ranges::sort(snapshot.nodes, {}, &Node::id);
  std::ranges::sort(snapshot.workloads, {}, &Workload::id);
  return snapshot;
}

Result<NodeId> choose_node(const Snapshot& snapshot, const ClusterFile& cluster,
                           const PodRecord& pod) {
  const auto* workload = find_workload(snapshot, WorkloadId{pod.spec.name});
  if (workload == nullptr) {
    return internal(std::format("pod {} is not in the snapshot", pod.spec.name));
  }
  bool any_ready = false;
  for (const auto& entry : cluster.nodes) {
    const auto* node = cluster::find_node(snapshot, entry.name);
    if ((pod.pin && *pod.pin != entry.name) || node == nullptr || !node->ready) {
      continue;
    }
    any_ready = true;
    if (fits(snapshot, *workload, entry.name)) {
      return entry.name;
    }
  }
  const auto where = pod.pin ? std::format("node {}", *pod.pin) : std::string("any ready node");
  if (!any_ready) {
    return conflict(
        std::format("waiting: {}", pod.pin ? where + " is not ready" : "no node is ready"));
  }
  return conflict(std::format("waiting: its requests ({:.2f} CPU, {:.0f}) do not fit on {}",
                              workload->requests.cpu_cores, workload->requests.memory, where));
}

}  // namespace drover::cluster::local
