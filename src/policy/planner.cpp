#include "policy/planner.h"

#include <algorithm>
#include <cmath>
#include <format>
#include <limits>
#include <memory>
#include <utility>

#include "policy/problem.h"
#include "policy/value_table.h"

namespace drover::policy {
namespace {

constexpr std::size_t kMaxStates = std::size_t{1} << 26U;  // 512 MiB of values

constexpr double kNever = std::numeric_limits<double>::infinity();

// A start in one slot: the table of what follows, and what the first decision can be.
struct Start {
  std::unique_ptr<ValueTable> table;
  State state;                                 // before the first decision
  std::vector<std::optional<double>> by_zone;  // grams, by candidate
  std::optional<double> idle;
};

// Where the job stands before slot 0, among the candidates.
struct Standing {
  std::optional<std::size_t> zone;
  bool started = false;
};

Result<Standing> standing_of(const Problem& problem, const Costs& costs) {
  if (costs.zones.empty()) {
    return unavailable("every zone has a gap in the window");
  }
  if (!problem.start) {
    return Standing{};
  }
  const auto found = std::ranges::find(costs.zones, *problem.start);
  if (found == costs.zones.end()) {
    return unavailable("the current zone has a gap in the window");
  }
  return Standing{.zone = static_cast<std::size_t>(found - costs.zones.begin()),
                  .started = is_started(problem)};
}

// Slots that can be spent without running before the deadline is missed.
Result<std::size_t> slack_of(const Costs& costs) {
  const auto room = static_cast<std::int64_t>(costs.slots) * costs.slot - costs.work;
  if (room < 0) {
    return unavailable(std::format("{} s of work do not fit into {} slots of {} s",
                                   costs.work / 1000, costs.slots, costs.slot / 1000));
  }
  return static_cast<std::size_t>(room / costs.slot);
}

// The first decisions that lead to an end, by candidate.
std::vector<std::optional<double>> offers_of(const ValueTable& table, const State& state,
                                             const Standing& standing) {
  std::vector<std::optional<double>> offers;
  const auto stay = table.stay(state);
  const auto enter = table.enter(state);
  for (Eigen::Index zone = 0; zone < stay.size(); ++zone) {
    const auto stays = !standing.zone || static_cast<std::size_t>(zone) == *standing.zone;
    const auto grams = stays ? stay(zone) : enter(zone);
    offers.push_back(std::isfinite(grams) ? std::optional(grams) : std::nullopt);
  }
  return offers;
}

Start start_in(const Costs& costs, const Standing& standing, State state, std::size_t max_idle) {
  auto table = std::make_unique<ValueTable>(costs, state.slot, max_idle);
  auto offers = offers_of(*table, state, standing);
  const auto idle = standing.started ? table->idle(state) : kNever;
  return {.table = std::move(table),
          .state = state,
          .by_zone = std::move(offers),
          .idle = std::isfinite(idle) ? std::optional(idle) : std::nullopt};
}

// What the first decision of a start is, and at what total; ties: run here, the lowest zone, idle.
struct First {
  double grams = kNever;
  ValueTable::Choice choice;
};

First first_of(const Start& start, const Standing& standing, double tie) {
  First first;
  const auto offer = [&](const std::optional<double>& grams, ValueTable::Choice choice) {
    if (grams && *grams + tie / 2 < first.grams) {
      first = {.grams = *grams, .choice = choice};
    }
  };
  if (standing.zone) {
    offer(start.by_zone[*standing.zone], {.act = Act::kRun, .zone = *standing.zone});
  }
  for (std::size_t zone = 0; zone < start.by_zone.size(); ++zone) {
    const auto moves = standing.zone && zone != *standing.zone;
    offer(start.by_zone[zone], {.act = moves ? Act::kMove : Act::kRun, .zone = zone});
  }
  offer(start.idle, {.act = Act::kIdle, .zone = start.state.zone});
  return first;
}

Zones walk(const Costs& costs, const Start& start, ValueTable::Choice choice) {
  Zones zones(start.state.slot);
  for (auto state = start.state;;) {
    const auto next = start.table->after(state, choice);
    const auto idle = choice.act == Act::kIdle;
    auto spent = next;
    for (spent.slot = state.slot; spent.slot < next.slot; ++spent.slot) {
      if (!idle && start.table->done(spent)) {
        break;  // in the middle of a move
      }
      zones.push_back(idle ? std::nullopt : std::optional(costs.zones[choice.zone]));
    }
    if (next.slot >= costs.slots || start.table->done(next)) {
      return zones;
    }
    choice = start.table->choose(next);
    state = next;
  }
}

// The best start of all; the earliest of equals.
struct Best {
  Start start;
  First first;
};

std::optional<Best> best_of(std::optional<Best> best, Start start, const Standing& standing,
                            double tie) {
  const auto first = first_of(start, standing, tie);
  if (best ? first.grams + tie / 2 < best->first.grams : std::isfinite(first.grams)) {
    return Best{.start = std::move(start), .first = first};
  }
  return best;
}

std::vector<std::optional<Carbon>> by_zone(const Problem& problem, const Costs& costs,
                                           const Start& start) {
  std::vector<std::optional<Carbon>> totals(problem.intensity.size());
  for (std::size_t zone = 0; zone < start.by_zone.size(); ++zone) {
    if (start.by_zone[zone]) {
      totals[costs.zones[zone]] = Carbon::grams(*start.by_zone[zone]);
    }
  }
  return totals;
}

Result<Schedule> plan(const Problem& problem, const Costs& costs, const Standing& standing,
                      std::size_t slack) {
  const auto max_idle = costs.pausable ? slack : 0;
  if (ValueTable::states(costs, max_idle) > kMaxStates) {
    return invalid(
        std::format("{} states are too many to plan: take longer slots, fewer moves or "
                    "a nearer deadline",
                    ValueTable::states(costs, max_idle)));
  }
  const State now{.zone = standing.zone.value_or(0), .suspended = problem.suspended};
  auto at_once = start_in(costs, standing, now, max_idle);
  auto first_totals = by_zone(problem, costs, at_once);
  auto idle_first = at_once.idle.value_or(kNever);
  auto best = best_of(std::nullopt, std::move(at_once), standing, costs.tie);
  for (std::size_t waited = 1; waited <= std::min(slack, problem.max_wait); ++waited) {
    auto later = now;
    later.slot = waited;
    auto start = start_in(costs, standing, later, costs.pausable ? slack - waited : 0);
    idle_first = std::min(idle_first, first_of(start, standing, costs.tie).grams);
    best = best_of(std::move(best), std::move(start), standing, costs.tie);
  }
  if (!best) {
    return unavailable("no schedule does the work in time");
  }
  return account_schedule(problem, walk(costs, best->start, best->first.choice))
      .transform([&](Schedule schedule) {
        schedule.by_first_zone = std::move(first_totals);
        schedule.idle_first =
            std::isfinite(idle_first) ? std::optional(Carbon::grams(idle_first)) : std::nullopt;
        return schedule;
      });
}

}  // namespace

bool is_candidate(const Problem& problem, std::size_t zone) {
  return std::ranges::all_of(problem.intensity[zone],
                             [](const auto& intensity) { return intensity.has_value(); });
}

Result<Schedule> plan_schedule(const Problem& problem) {
  if (const auto checked = check_problem(problem); !checked) {
    return std::unexpected(checked.error());
  }
  const Costs costs(problem);
  const auto standing = standing_of(problem, costs);
  if (!standing) {
    return std::unexpected(standing.error());
  }
  return slack_of(costs).and_then(
      [&](std::size_t slack) { return plan(problem, costs, *standing, slack); });
}

}  // namespace drover::policy
