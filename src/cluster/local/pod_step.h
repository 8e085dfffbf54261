// What to do next for one pod, from what should be and what is: a pure function, the whole rule of
// the reconciler.
#pragma once

#include <string>
#include <variant>

#include "cluster/local/observation.h"

namespace drover::cluster::local {

struct PlaceIt {};   // choose node and address
struct StartIt {};   // tell its node; repeated until the agent has acknowledged, and never after
struct StopIt {};    // tell its node to delete it
struct ForgetIt {};  // nothing of it is left anywhere
struct LostIt {};    // a started pod is not on its node
struct NoteIt {      // write down how it is
  WorkloadPhase phase = WorkloadPhase::kUnknown;
  std::string message;
  friend bool operator==(const NoteIt&, const NoteIt&) = default;
};
using PodStep = std::variant<PlaceIt, StartIt, StopIt, ForgetIt, LostIt, NoteIt>;

PodStep next_step(const PodRecord& pod, const Observation& nodes, bool migrating);

}  // namespace drover::cluster::local
