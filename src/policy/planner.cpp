#include "policy/planner.h"

#include <algorithm>
#include <cmath>
#include <format>
#include <functional>
#include <limits>
#include <utility>

namespace drover::policy {
namespace {

constexpr double kTie = 1e-12;  // of the cheapest schedule that stays in one zone

// The cost still to come from a state, and the moves it takes.
struct Value {
  double grams = 0;
  std::size_t moves = 0;
};

// The problem in plain grams: rows are candidate zones, columns slots.
struct Grams {
  std::vector<std::size_t> zones;         // candidate -> index in the problem
  std::vector<std::vector<double>> run;   // the slot in the zone
  std::vector<std::vector<double>> pass;  // one end's part of a move at the beginning of the slot
  std::size_t slots = 0;
  std::size_t max_moves = 0;
  double tie = std::numeric_limits<double>::max();
};

class Table {
 public:
  explicit Table(const Grams& grams) : grams_(grams) {
    const auto states = (grams.slots + 1) * (grams.max_moves + 1);
    values_.resize(states * grams.zones.size());
    targets_.resize(states);
    for (auto slot = grams.slots; slot-- > 0;) {
      fill(slot);
    }
  }

  // From the beginning of the slot on, standing in the zone with so many moves left.
  [[nodiscard]] const Value& at(std::size_t slot, std::size_t moves, std::size_t zone) const {
    return values_[row(slot, moves) * grams_.zones.size() + zone];
  }
  // As at(), when the slot is spent in the zone.
  [[nodiscard]] Value stay(std::size_t slot, std::size_t moves, std::size_t zone) const {
    const auto& rest = at(slot + 1, moves, zone);
    return {.grams = grams_.run[zone][slot] + rest.grams, .moves = rest.moves};
  }
  // As stay(), when the zone is entered by a move; what leaving the other zone costs is not in it.
  [[nodiscard]] Value enter(std::size_t slot, std::size_t moves, std::size_t zone) const {
    const auto after = stay(slot, moves - 1, zone);
    return {.grams = grams_.pass[zone][slot] + after.grams, .moves = after.moves + 1};
  }
  // The best zone for the slot, for who stands in `zone` before it.
  [[nodiscard]] std::size_t choose(std::size_t slot, std::size_t moves, std::size_t zone) const {
    return moves > 0 && better(leave(slot, moves, zone), stay(slot, moves, zone))
               ? targets_[row(slot, moves)]
               : zone;
  }
  [[nodiscard]] bool better(const Value& a, const Value& b) const {
    if (std::abs(a.grams - b.grams) > grams_.tie) {
      return a.grams < b.grams;
    }
    return a.moves < b.moves;
  }

 private:
  [[nodiscard]] std::size_t row(std::size_t slot, std::size_t moves) const {
    return slot * (grams_.max_moves + 1) + moves;
  }
  [[nodiscard]] Value leave(std::size_t slot, std::size_t moves, std::size_t zone) const {
    auto value = enter(slot, moves, targets_[row(slot, moves)]);
    value.grams += grams_.pass[zone][slot];
    return value;
  }
  // The zone that is best to enter is the same wherever one comes from.
  [[nodiscard]] std::size_t best_to_enter(std::size_t slot, std::size_t moves) const {
    std::size_t best = 0;
    for (std::size_t zone = 1; zone < grams_.zones.size(); ++zone) {
      if (better(enter(slot, moves, zone), enter(slot, moves, best))) {
        best = zone;
      }
    }
    return best;
  }
  void fill(std::size_t slot) {
    for (std::size_t moves = 0; moves <= grams_.max_moves; ++moves) {
      targets_[row(slot, moves)] = moves > 0 ? best_to_enter(slot, moves) : 0;
      for (std::size_t zone = 0; zone < grams_.zones.size(); ++zone) {
        values_[row(slot, moves) * grams_.zones.size() + zone] =
            choose(slot, moves, zone) == zone ? stay(slot, moves, zone) : leave(slot, moves, zone);
      }
    }
  }

  const Grams& grams_;
  std::vector<Value> values_;
  std::vector<std::size_t> targets_;
};

bool is_valid(const std::optional<Intensity>& intensity) {
  return !intensity ||
         (std::isfinite(intensity->grams_per_kwh()) && intensity->grams_per_kwh() >= 0);
}

Result<> check(const Problem& problem) {
  const auto zones = problem.intensity.size();
  if (zones == 0 || problem.intensity.front().empty()) {
    return invalid("a schedule needs at least one zone and one slot");
  }
  if (problem.slot <= Duration{} || problem.power < Power{} ||
      problem.move_cost.duration < Duration{} || problem.move_cost.energy < Energy{}) {
    return invalid("a schedule's slot must be positive, its power and move cost not negative");
  }
  if (problem.start && *problem.start >= zones) {
    return invalid(std::format("start zone {} of {} does not exist", *problem.start, zones));
  }
  for (const auto& row : problem.intensity) {
    if (row.size() != problem.intensity.front().size()) {
      return invalid("all zones of a schedule need equally many slots");
    }
    if (!std::ranges::all_of(row, is_valid)) {
      return invalid("an intensity is negative or not finite");
    }
  }
  return {};
}

Carbon run_carbon(const Problem& problem, std::size_t slot, std::size_t zone) {
  return problem.power * problem.slot * problem.intensity[zone][slot].value_or(Intensity{});
}

// One end's part of a move's cost: the node is held for the move's duration, and half of its energy
// is spent here.
Carbon pass_carbon(const Problem& problem, std::size_t slot, std::size_t zone) {
  const auto energy = problem.power * problem.move_cost.duration + problem.move_cost.energy / 2.0;
  return energy * problem.intensity[zone][slot].value_or(Intensity{});
}

Grams to_grams(const Problem& problem) {
  Grams grams;
  grams.slots = problem.intensity.front().size();
  grams.max_moves = std::min(problem.max_moves, grams.slots);  // more can't be used
  for (std::size_t zone = 0; zone < problem.intensity.size(); ++zone) {
    if (!is_candidate(problem, zone)) {
      continue;
    }
    grams.zones.push_back(zone);
    auto& run = grams.run.emplace_back();
    auto& pass = grams.pass.emplace_back();
    for (std::size_t slot = 0; slot < grams.slots; ++slot) {
      run.push_back(run_carbon(problem, slot, zone).grams());
      pass.push_back(pass_carbon(problem, slot, zone).grams());
    }
    grams.tie = std::min(grams.tie, kTie * std::ranges::fold_left(run, 0.0, std::plus{}));
  }
  return grams;
}

// Where the first slot may be spent, and at what total: by candidate.
std::vector<std::optional<Value>> first_steps(const Table& table, const Grams& grams,
                                              std::optional<std::size_t> start) {
  std::vector<std::optional<Value>> steps(grams.zones.size());
  for (std::size_t zone = 0; zone < grams.zones.size(); ++zone) {
    if (!start || zone == *start) {
      steps[zone] = table.stay(0, grams.max_moves, zone);
    } else if (grams.max_moves > 0) {
      steps[zone] = table.enter(0, grams.max_moves, zone);
      steps[zone]->grams += grams.pass[*start][0];
    }
  }
  return steps;
}

std::size_t best_free_start(const Table& table, const std::vector<std::optional<Value>>& steps) {
  std::size_t best = 0;
  for (std::size_t zone = 1; zone < steps.size(); ++zone) {
    if (table.better(*steps[zone], *steps[best])) {
      best = zone;
    }
  }
  return best;
}

std::vector<std::size_t> walk(const Table& table, const Grams& grams, std::size_t zone) {
  std::vector<std::size_t> zones;
  auto moves_left = grams.max_moves;
  for (std::size_t slot = 0; slot < grams.slots; ++slot) {
    const auto next = table.choose(slot, moves_left, zone);
    moves_left -= next == zone ? 0 : 1;
    zone = next;
    zones.push_back(grams.zones[zone]);
  }
  return zones;
}

std::vector<Step> steps_of(const Problem& problem, const std::vector<std::size_t>& zones) {
  std::vector<Step> steps;
  auto before = problem.start.value_or(zones.front());
  for (std::size_t slot = 0; slot < zones.size(); ++slot) {
    if (zones[slot] != before) {
      steps.push_back({.slot = slot, .from = before, .to = zones[slot]});
    }
    before = zones[slot];
  }
  return steps;
}

Schedule account(const Problem& problem, std::vector<std::size_t> zones) {
  Schedule schedule;
  schedule.zones = std::move(zones);
  for (std::size_t slot = 0; slot < schedule.zones.size(); ++slot) {
    schedule.total += run_carbon(problem, slot, schedule.zones[slot]);
  }
  for (const auto& step : steps_of(problem, schedule.zones)) {
    schedule.moving += move_carbon(problem, step);
    ++schedule.moves;
  }
  schedule.total += schedule.moving;
  return schedule;
}

}  // namespace

bool is_candidate(const Problem& problem, std::size_t zone) {
  return std::ranges::all_of(problem.intensity[zone],
                             [](const auto& intensity) { return intensity.has_value(); });
}

Carbon move_carbon(const Problem& problem, Step step) {
  if (step.from == step.to) {
    return {};
  }
  return pass_carbon(problem, step.slot, step.from) + pass_carbon(problem, step.slot, step.to);
}

Result<Schedule> account_schedule(const Problem& problem, std::vector<std::size_t> zones) {
  if (const auto checked = check(problem); !checked) {
    return std::unexpected(checked.error());
  }
  if (zones.size() != problem.intensity.front().size()) {
    return invalid(std::format("a sequence of {} zones for {} slots", zones.size(),
                               problem.intensity.front().size()));
  }
  for (const auto zone : zones) {
    if (zone >= problem.intensity.size() || !is_candidate(problem, zone)) {
      return invalid(std::format("zone {} has gaps or does not exist", zone));
    }
  }
  return account(problem, std::move(zones));
}

Result<Schedule> plan_schedule(const Problem& problem) {
  if (const auto checked = check(problem); !checked) {
    return std::unexpected(checked.error());
  }
  const auto grams = to_grams(problem);
  if (grams.zones.empty()) {
    return unavailable("every zone has a gap in the window");
  }
  std::optional<std::size_t> start;
  if (problem.start) {
    const auto found = std::ranges::find(grams.zones, *problem.start);
    if (found == grams.zones.end()) {
      return unavailable("the current zone has a gap in the window");
    }
    start = static_cast<std::size_t>(found - grams.zones.begin());
  }
  const Table table(grams);
  const auto first = first_steps(table, grams, start);
  auto schedule =
      account(problem, walk(table, grams, start ? *start : best_free_start(table, first)));
  schedule.by_first_zone.resize(problem.intensity.size());
  for (std::size_t zone = 0; zone < first.size(); ++zone) {
    if (first[zone]) {
      schedule.by_first_zone[grams.zones[zone]] = Carbon::grams(first[zone]->grams);
    }
  }
  return schedule;
}

}  // namespace drover::policy
