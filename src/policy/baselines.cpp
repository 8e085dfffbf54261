#include "policy/baselines.h"

#include <format>
#include <utility>

#include "policy/window.h"

namespace drover::policy {
namespace {

Carbon stay_carbon(const Problem& problem) {
  Carbon total;
  for (const auto& intensity : problem.intensity[*problem.start]) {
    total += problem.power * problem.slot * intensity.value_or(Intensity{});
  }
  return total;
}

Duration span(const Problem& problem) {
  return problem.slot * static_cast<Duration::rep>(problem.intensity.front().size());
}

cluster::Decision decide_stay(const Candidate& candidate) {
  const auto window = make_window(candidate, horizon_slots(candidate));
  auto decision = stay_at_home(
      candidate, std::format("stays on {}: the policy 'stay' never moves", place(candidate.home)));
  if (!window) {
    decision.reason += std::format("; no estimate, {}", window.error().what);
    return decision;
  }
  decision.terms.push_back({.name = std::format("stay on {}, {}", place(candidate.home),
                                                describe_span(span(window->problem))),
                            .carbon = stay_carbon(window->problem)});
  return decision;
}

// The zone with the lowest intensity in the first slot; home wins ties, then the lowest id.
// `without` is not asked.
std::size_t lowest_now(const Window& window, std::optional<std::size_t> without) {
  const auto home = *window.problem.start;
  auto best = without == home ? (home == 0 ? 1 : 0) : home;
  for (std::size_t zone = 0; zone < window.zones.size(); ++zone) {
    if (zone != without &&
        *window.problem.intensity[zone][0] < *window.problem.intensity[best][0]) {
      best = zone;
    }
  }
  return best;
}

void add_terms(cluster::Decision& decision, const Window& window, std::size_t chosen) {
  const auto& problem = window.problem;
  const auto in_slot = [&](std::size_t zone) {
    return problem.power * problem.slot * *problem.intensity[zone][0];
  };
  const auto home = *problem.start;
  const auto moving = move_carbon(problem, {.slot = 0, .from = home, .to = chosen});
  const auto length = describe_span(problem.slot);
  const auto name = [&](std::string_view what, std::size_t zone) {
    return std::format("{} {}, {}", what, place(window.nodes[zone], window.zones[zone]), length);
  };
  decision.terms.push_back({.name = name("stay on", home), .carbon = in_slot(home)});
  if (chosen != home) {
    decision.terms.push_back({.name = name("run on", chosen), .carbon = in_slot(chosen)});
  }
  if (window.zones.size() > 1) {
    const auto second = lowest_now(window, chosen);
    if (second != home) {
      decision.terms.push_back({.name = name("runner-up", second), .carbon = in_slot(second)});
    }
  }
  decision.terms.push_back({.name = "migration", .carbon = moving});
  decision.saving = in_slot(home) - in_slot(chosen) - moving;
}

std::string immediate_reason(const Window& window, std::size_t best, std::size_t chosen) {
  const auto home = *window.problem.start;
  const auto now = [&](std::size_t zone) {
    return std::format("{} has {:.1f}", window.zones[zone], *window.problem.intensity[zone][0]);
  };
  const auto here = place(window.nodes[home], window.zones[home]);
  if (best == home) {
    return std::format("stays on {}: no zone is lower now, {}", here, now(home));
  }
  if (chosen == home) {
    return std::format("stays on {}: {} now and {}, but the budget has no move left", here,
                       now(best), now(home));
  }
  return std::format("moves from {} to {}: {} now, {}", here,
                     place(window.nodes[chosen], window.zones[chosen]), now(chosen), now(home));
}

cluster::Decision decide_immediate(const Candidate& candidate) {
  const auto window = make_window(candidate, 1);
  if (!window) {
    return stay_at_home(candidate,
                        std::format("stays on {}: {}", place(candidate.home), window.error().what));
  }
  const auto home = *window->problem.start;
  const auto best = lowest_now(*window, std::nullopt);
  const auto chosen = candidate.budget.moves_left == 0 ? home : best;
  auto decision =
      stay_at_home(candidate, immediate_reason(*window, best, chosen) + describe_left_out(*window));
  decision.to = window->nodes[chosen];
  add_terms(decision, *window, chosen);
  return decision;
}

class Stay final : public Policy {
 public:
  [[nodiscard]] std::string_view name() const override { return "stay"; }
  [[nodiscard]] Result<cluster::Plan> plan(const Inputs& inputs) const override {
    return plan_each(inputs, name(), decide_stay);
  }
};

class Immediate final : public Policy {
 public:
  [[nodiscard]] std::string_view name() const override { return "immediate"; }
  [[nodiscard]] Result<cluster::Plan> plan(const Inputs& inputs) const override {
    return plan_each(inputs, name(), decide_immediate);
  }
};

}  // namespace

std::unique_ptr<Policy> make_stay() { return std::make_unique<Stay>(); }

std::unique_ptr<Policy> make_immediate() { return std::make_unique<Immediate>(); }

}  // namespace drover::policy
