// What the carbon policies share: the workloads that may move, and for each the zones it could be
// in, hour by hour.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "policy/planner.h"
#include "policy/policy.h"

namespace drover::policy {

// One workload that may move, with what is known about its alternatives.
struct Candidate {
  const cluster::Workload& workload;
  const cluster::Node& home;
  const Budget& budget;
  const cluster::Snapshot& room;  // as the snapshot, with the room of moves decided before taken
  const std::map<ZoneId, carbon::Forecast>& forecasts;
};

// The plan of one decision per movable, running workload on a known node, in order of their ids.
// Each decision that moves takes its room on both nodes before the next is made: until the move has
// ended neither is free.
Result<cluster::Plan> plan_each(const Inputs& inputs, std::string_view policy,
                                const std::function<cluster::Decision(const Candidate&)>& decide);

// The zones that the workload could be in over the same window.
struct Window {
  std::vector<ZoneId> zones;  // sorted; the rows of problem.intensity; with the home zone
  std::vector<NodeId> nodes;  // per zone: where the workload would go; at home where it is
  std::map<ZoneId, std::string> left_out;  // the other zones with nodes, and why
  Problem problem;                         // starts at home; max_moves from the budget
};

// At most `slots` steps of the home zone's forecast. kUnavailable with the reason when the home
// zone has none, or the home node is not ready: nothing can be weighed against staying then.
Result<Window> make_window(const Candidate& candidate, std::size_t max_slots);

// The budget's horizon in steps of the home zone's forecast.
std::size_t horizon_slots(const Candidate& candidate);

// The least utilised ready node of the zone on which the workload fits, then the lowest id; null:
// none. Utilisation is the larger of cpu and memory share.
const cluster::Node* choose_node(const cluster::Snapshot& room, const cluster::Workload& workload,
                                 const ZoneId& zone);

// Texts that the policies share.
std::string place(const cluster::Node& node);  // "n1 (US-NE-ISNE)"
std::string place(const NodeId& node, const ZoneId& zone);
std::string describe_left_out(const Window& window);  // "; not considered: X (why)" or ""
std::string describe_span(Duration span);             // "24 h", "90 min"
cluster::Decision stay_at_home(const Candidate& candidate, std::string reason);

}  // namespace drover::policy
