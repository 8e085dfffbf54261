#include "cluster/local/pod_step.h"

#include <format>

namespace drover::cluster::local {
namespace {

const NodeObservation* ready_node(const PodRecord& pod, const Observation& nodes) {
  const auto found = pod.node ? nodes.find(*pod.node) : nodes.end();
  return found != nodes.end() && found->second.ready ? &found->second : nullptr;
}

// The very pod that is recorded, not another of its name.
const pods::PodStatus* status_on(const NodeObservation& node, const PodRecord& pod) {
  const auto found = node.pods.find(pod.spec.name);
  return found != node.pods.end() && found->second.uid == pod.spec.uid ? &found->second : nullptr;
}

PodStep step_of_deleted(const PodRecord& pod, const NodeObservation* node) {
  if (!pod.node) {
    return ForgetIt{};
  }
  if (node == nullptr) {
    return NoteIt{pod.phase,
                  std::format("is deleted as soon as node {} can be reached", *pod.node)};
  }
  return status_on(*node, pod) == nullptr ? PodStep{ForgetIt{}} : PodStep{StopIt{}};
}

// A started pod is only watched: what is lost stays lost, and is said.
PodStep step_of_started(const PodRecord& pod, const NodeObservation* node) {
  const bool final = pod.phase == WorkloadPhase::kSucceeded || pod.phase == WorkloadPhase::kFailed;
  if (node == nullptr) {
    return final ? NoteIt{pod.phase, pod.message}
                 : NoteIt{WorkloadPhase::kUnknown,
                          std::format("node {} cannot be reached", *pod.node)};
  }
  const auto* status = status_on(*node, pod);
  if (final) {
    return NoteIt{pod.phase, pod.message};
  }
  if (status == nullptr) {
    return LostIt{};
  }
  return NoteIt{phase_of(*status), message_of(*status)};
}

}  // namespace

PodStep next_step(const PodRecord& pod, const Observation& nodes, bool migrating) {
  if (migrating) {
    return NoteIt{WorkloadPhase::kMigrating, ""};
  }
  const auto* node = ready_node(pod, nodes);
  if (pod.deleting) {
    return step_of_deleted(pod, node);
  }
  if (!pod.node) {
    return PlaceIt{};
  }
  if (pod.started) {
    return step_of_started(pod, node);
  }
  if (node == nullptr) {
    return NoteIt{WorkloadPhase::kPending,
                  std::format("waiting: node {} cannot be reached", *pod.node)};
  }
  return StartIt{};
}

}  // namespace drover::cluster::local
