// Re-checks a plan on a fresh snapshot: planning takes time, meanwhile a node fills, a workload
// ends or moves. A plan is an intent, not a reservation; what does not pass is refused with its
// reason, the rest goes on.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/plan.h"
#include "cluster/snapshot.h"

namespace drover::control {

struct AdmitLimits {
  std::size_t max_concurrent_moves = 1;                    // over the whole cluster
  Duration max_observation_age = std::chrono::minutes{5};  // in the loop's time
};

// What admission knows beside the plan. In flight: workloads whose move is recorded and has not
// ended.
struct AdmitContext {
  Instant now;
  const cluster::Snapshot& fresh;
  std::map<WorkloadId, NodeId> in_flight;  // workload -> where it goes; its place there is taken
  std::map<WorkloadId, Instant> cooling_until;   // of those that moved or tried to
  std::map<WorkloadId, std::size_t> moves_left;  // absent: none
  AdmitLimits limits;
};

struct Verdict {
  cluster::Decision decision;
  bool admitted = false;  // false for every stay
  std::string why;        // "admitted", or why not; empty for a stay
};

// Pure; one verdict per decision, in the plan's order. The move that saves most is asked first;
// what it takes is gone for the others, so all admitted moves together overcommit nothing.
std::vector<Verdict> admit(const cluster::Plan& plan, const AdmitContext& context);

// For when there is no fresh snapshot: every move is turned down for that reason.
std::vector<Verdict> refuse_all(const cluster::Plan& plan, std::string_view why);

}  // namespace drover::control
