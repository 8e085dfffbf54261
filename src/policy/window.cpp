#include "policy/window.h"

#include <algorithm>
#include <cmath>
#include <format>
#include <set>
#include <utility>

namespace drover::policy {
namespace {

double utilisation(const cluster::Snapshot& room, const cluster::Node& node) {
  const auto left = cluster::free_resources(room, node.id);
  const auto share = [](double free, double capacity) {
    return capacity > 0 ? 1 - free / capacity : 1.0;
  };
  return std::max(share(left.cpu_cores, node.capacity.cpu_cores),
                  share(static_cast<double>(left.memory.count()),
                        static_cast<double>(node.capacity.memory.count())));
}

bool may_move(const cluster::Workload& workload) {
  return workload.phase == cluster::WorkloadPhase::kRunning && workload.movable &&
         workload.node.has_value();
}

void reserve(cluster::Snapshot& room, const cluster::Workload& workload, const NodeId& node) {
  room.workloads.push_back(workload);
  room.workloads.back().node = node;
}

// Why the forecast can't stand beside the home zone's; empty: it can.
std::string mismatch(const carbon::Forecast& forecast, const carbon::Forecast& home,
                     std::size_t slots) {
  if (forecast.issued != home.issued || forecast.step != home.step) {
    return "its forecast is for other hours";
  }
  if (forecast.mean.size() < slots) {
    return std::format("its forecast ends after {} of {} steps", forecast.mean.size(), slots);
  }
  return {};
}

std::optional<Intensity> known(Intensity intensity) {
  const auto value = intensity.grams_per_kwh();
  return std::isfinite(value) && value >= 0 ? std::optional(intensity) : std::nullopt;
}

std::vector<std::optional<Intensity>> row_of(const carbon::Forecast& forecast, std::size_t slots) {
  std::vector<std::optional<Intensity>> row;
  std::ranges::transform(forecast.mean.begin(),
                         forecast.mean.begin() + static_cast<std::ptrdiff_t>(slots),
                         std::back_inserter(row), known);
  return row;
}

// One zone's entry: its node and its row, or why it is left out.
void add_zone(Window& window, const Candidate& candidate, const ZoneId& zone, std::size_t slots) {
  const auto& home = candidate.forecasts.at(candidate.home.zone);
  const auto forecast = candidate.forecasts.find(zone);
  const auto* node = zone == candidate.home.zone
                         ? &candidate.home
                         : choose_node(candidate.room, candidate.workload, zone);
  if (node == nullptr) {
    window.left_out[zone] = "no ready node with room";
  } else if (forecast == candidate.forecasts.end()) {
    window.left_out[zone] = "no forecast";
  } else if (auto why = mismatch(forecast->second, home, slots); !why.empty()) {
    window.left_out[zone] = std::move(why);
  } else if (auto row = row_of(forecast->second, slots);
             std::ranges::contains(row, std::optional<Intensity>{})) {
    window.left_out[zone] = "a gap in its forecast";
  } else {
    window.zones.push_back(zone);
    window.nodes.push_back(node->id);
    window.problem.intensity.push_back(std::move(row));
  }
}

}  // namespace

Result<cluster::Plan> plan_each(const Inputs& inputs, std::string_view policy,
                                const std::function<cluster::Decision(const Candidate&)>& decide) {
  cluster::Plan plan{.at = inputs.snapshot.at, .policy = std::string(policy), .decisions = {}};
  auto room = inputs.snapshot;
  for (const auto& workload : inputs.snapshot.workloads) {
    const auto* home =
        workload.node ? cluster::find_node(inputs.snapshot, *workload.node) : nullptr;
    if (home == nullptr || !may_move(workload)) {
      continue;
    }
    const auto budget = inputs.budgets.find(workload.id);
    if (budget == inputs.budgets.end()) {
      return invalid(std::format("workload {} has no budget", workload.id));
    }
    plan.decisions.push_back(decide({.workload = workload,
                                     .home = *home,
                                     .budget = budget->second,
                                     .room = room,
                                     .forecasts = inputs.forecasts}));
    if (plan.decisions.back().moves()) {
      reserve(room, workload, plan.decisions.back().to);
    }
  }
  std::ranges::sort(plan.decisions, {}, &cluster::Decision::workload);
  return plan;
}

Result<Window> make_window(const Candidate& candidate, std::size_t max_slots) {
  const auto home = candidate.forecasts.find(candidate.home.zone);
  if (!candidate.home.ready) {
    return unavailable("its node is not ready");
  }
  if (home == candidate.forecasts.end() || home->second.mean.empty()) {
    return unavailable(std::format("zone {} has no forecast", candidate.home.zone));
  }
  const auto slots = std::min(max_slots, home->second.mean.size());
  if (slots == 0) {
    return unavailable("the horizon is shorter than a step of the forecast");
  }
  std::set<ZoneId> zones;
  for (const auto& node : candidate.room.nodes) {
    zones.insert(node.zone);
  }
  Window window;
  for (const auto& zone : zones) {
    add_zone(window, candidate, zone, slots);
  }
  window.problem.slot = home->second.step;
  window.problem.power = candidate.workload.power;
  window.problem.move_cost = candidate.budget.move_cost;
  window.problem.max_moves = candidate.budget.moves_left;
  const auto start = std::ranges::find(window.zones, candidate.home.zone);
  if (start == window.zones.end()) {
    return unavailable(std::format("the forecast of zone {} has a gap", candidate.home.zone));
  }
  window.problem.start = static_cast<std::size_t>(start - window.zones.begin());
  return window;
}

std::size_t horizon_slots(const Candidate& candidate) {
  const auto home = candidate.forecasts.find(candidate.home.zone);
  if (home == candidate.forecasts.end() || home->second.step <= Duration{}) {
    return 0;
  }
  return static_cast<std::size_t>(std::chrono::hours(candidate.budget.horizon) / home->second.step);
}

const cluster::Node* choose_node(const cluster::Snapshot& room, const cluster::Workload& workload,
                                 const ZoneId& zone) {
  const cluster::Node* best = nullptr;
  for (const auto& node : room.nodes) {
    if (node.zone != zone || !node.ready || node.id == workload.node ||
        !cluster::fits(room, workload, node.id)) {
      continue;
    }
    if (best == nullptr || utilisation(room, node) < utilisation(room, *best)) {
      best = &node;
    }
  }
  return best;
}

std::string place(const NodeId& node, const ZoneId& zone) {
  return std::format("{} ({})", node, zone);
}

std::string place(const cluster::Node& node) { return place(node.id, node.zone); }

std::string describe_left_out(const Window& window) {
  std::string text;
  for (const auto& [zone, why] : window.left_out) {
    text += std::format("{}{} ({})", text.empty() ? "; not considered: " : ", ", zone, why);
  }
  return text;
}

std::string describe_span(Duration span) {
  constexpr Duration kHour = std::chrono::hours{1};
  constexpr Duration kMinute = std::chrono::minutes{1};
  return span % kHour == Duration{} ? std::format("{} h", span / kHour)
                                    : std::format("{} min", span / kMinute);
}

cluster::Decision stay_at_home(const Candidate& candidate, std::string reason) {
  return {.workload = candidate.workload.id,
          .from = candidate.home.id,
          .to = candidate.home.id,
          .reason = std::move(reason),
          .terms = {},
          .saving = {}};
}

}  // namespace drover::policy
