#include "policy/forecast_policy.h"

#include <format>
#include <utility>

#include "policy/window.h"

namespace drover::policy {
namespace {

// A window with the two schedules that a decision is made between.
struct Comparison {
  const Window& window;
  const Schedule& stay;
  const Schedule& chosen;

  [[nodiscard]] std::size_t home() const { return *window.problem.start; }
  [[nodiscard]] std::size_t first() const {
    return *chosen.zones.front();
  }  // no end: always somewhere
  [[nodiscard]] Duration span() const {
    return window.problem.slot * static_cast<Duration::rep>(chosen.zones.size());
  }
  [[nodiscard]] std::string node(std::size_t zone) const {
    return place(window.nodes[zone], window.zones[zone]);
  }
};

// "US-NE-ISNE 5 h, US-CENT-SPA 19 h"
std::string describe_schedule(const Comparison& it) {
  std::string text;
  for (std::size_t begin = 0; begin < it.chosen.zones.size();) {
    auto end = begin;
    while (end < it.chosen.zones.size() && it.chosen.zones[end] == it.chosen.zones[begin]) {
      ++end;
    }
    text += std::format(
        "{}{} {}", text.empty() ? "" : ", ", it.window.zones[*it.chosen.zones[begin]],
        describe_span(it.window.problem.slot * static_cast<Duration::rep>(end - begin)));
    begin = end;
  }
  return text;
}

// The zone that would have been best for the first slot without the chosen one; absent: there is no
// other.
std::optional<std::size_t> runner_up(const Schedule& schedule) {
  std::optional<std::size_t> best;
  for (std::size_t zone = 0; zone < schedule.by_first_zone.size(); ++zone) {
    const auto& total = schedule.by_first_zone[zone];
    if (zone != schedule.zones.front() && total &&
        (!best || *total < *schedule.by_first_zone[*best])) {
      best = zone;
    }
  }
  return best;
}

std::vector<cluster::Term> terms_of(const Comparison& it) {
  std::vector<cluster::Term> terms{
      {.name = std::format("stay on {}, {}", it.node(it.home()), describe_span(it.span())),
       .carbon = it.stay.total},
      {.name = std::format("chosen schedule: {}", describe_schedule(it)),
       .carbon = it.chosen.total}};
  if (const auto second = runner_up(it.chosen)) {
    terms.push_back({.name = std::format("runner-up: first {}", it.window.zones[*second]),
                     .carbon = *it.chosen.by_first_zone[*second]});
  }
  terms.push_back({.name = std::format("migration: {} in the schedule", it.chosen.moves),
                   .carbon = it.chosen.moving});
  return terms;
}

std::string plural(std::size_t count, std::string_view noun) {
  return std::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string reason_of(const Comparison& it) {
  const auto here = it.node(it.home());
  const auto span = describe_span(it.span());
  const auto compared = std::format("{:.2f} over {} with {} instead of {:.2f}", it.chosen.total,
                                    span, plural(it.chosen.moves, "move"), it.stay.total);
  if (it.first() != it.home()) {
    return std::format("moves from {} to {}: {}", here, it.node(it.first()), compared);
  }
  if (it.chosen.moves > 0) {
    return std::format("stays on {} for now: {}, first {}", here, compared, describe_schedule(it));
  }
  if (it.window.problem.max_moves == 0) {
    return std::format("stays on {}: the budget has no move left", here);
  }
  if (it.window.zones.size() == 1) {
    return std::format("stays on {}: no other zone is a candidate", here);
  }
  return std::format("stays on {}: no schedule over {} with at most {} emits less than {:.2f}",
                     here, span, plural(it.window.problem.max_moves, "move"), it.stay.total);
}

Result<cluster::Decision> weigh(const Candidate& candidate, const Window& window) {
  const auto chosen = plan_schedule(window.problem);
  if (!chosen) {
    return std::unexpected(chosen.error());
  }
  const auto stay =
      account_schedule(window.problem, constant_zones(window.problem, *window.problem.start));
  if (!stay) {
    return std::unexpected(stay.error());
  }
  const Comparison it{.window = window, .stay = *stay, .chosen = *chosen};
  auto decision = stay_at_home(candidate, reason_of(it) + describe_left_out(window));
  decision.to = window.nodes[it.first()];
  decision.terms = terms_of(it);
  decision.saving = it.stay.total - it.chosen.total;
  return decision;
}

cluster::Decision decide(const Candidate& candidate) {
  const auto decision =
      make_window(candidate, horizon_slots(candidate)).and_then([&](const Window& window) {
        return weigh(candidate, window);
      });
  return decision ? *decision
                  : stay_at_home(candidate, std::format("stays on {}: {}", place(candidate.home),
                                                        decision.error().what));
}

class ForecastPolicy final : public Policy {
 public:
  [[nodiscard]] std::string_view name() const override { return "forecast"; }
  [[nodiscard]] Result<cluster::Plan> plan(const Inputs& inputs) const override {
    return plan_each(inputs, name(), decide);
  }
};

}  // namespace

std::unique_ptr<Policy> make_forecast() { return std::make_unique<ForecastPolicy>(); }

}  // namespace drover::policy
