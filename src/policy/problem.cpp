#include "policy/problem.h"

#include <algorithm>
#include <cmath>
#include <format>

namespace drover::policy {
namespace {

bool is_valid(const std::optional<Intensity>& intensity) {
  return !intensity ||
         (std::isfinite(intensity->grams_per_kwh()) && intensity->grams_per_kwh() >= 0);
}

bool is_amount(double value) { return std::isfinite(value) && value >= 0; }

Result<> check_rows(const Problem& problem) {
  if (problem.intensity.empty() || problem.intensity.front().empty()) {
    return invalid("a schedule needs at least one zone and one slot");
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

Result<> check_amounts(const Problem& problem) {
  const auto& move = problem.move_cost;
  if (problem.slot <= Duration{} || problem.power < Power{} || move.duration < Duration{} ||
      move.energy < Energy{} || move.downtime < Duration{}) {
    return invalid("a schedule's slot must be positive, its power and move cost not negative");
  }
  if (!is_amount(move.at_source) || !is_amount(move.at_destination)) {
    return invalid("the shares of power at the ends of a move must not be negative");
  }
  if (problem.pause && (problem.pause->suspend < Energy{} || problem.pause->resume < Energy{})) {
    return invalid("the energy to suspend or resume must not be negative");
  }
  const auto zones = problem.intensity.size();
  if (!problem.power_factor.empty() && (problem.power_factor.size() != zones ||
                                        !std::ranges::all_of(problem.power_factor, is_amount))) {
    return invalid(std::format("{} zones need as many factors of power, none negative", zones));
  }
  return {};
}

Result<> check_job(const Problem& problem) {
  if (problem.start && *problem.start >= problem.intensity.size()) {
    return invalid(std::format("start zone {} of {} does not exist", *problem.start,
                               problem.intensity.size()));
  }
  if (problem.work && *problem.work <= Duration{}) {
    return invalid("a job needs work left");
  }
  if (!problem.work && (problem.max_wait > 0 || problem.pause || problem.suspended)) {
    return invalid("only a job with an end may wait or be suspended");
  }
  if (problem.suspended && (!problem.start || !problem.pause || problem.max_wait > 0)) {
    return invalid("a suspended job is in a zone, may be suspended, and no longer waits to start");
  }
  return {};
}

}  // namespace

Result<> check_problem(const Problem& problem) {
  return check_rows(problem).and_then([&] { return check_amounts(problem); }).and_then([&] {
    return check_job(problem);
  });
}

std::size_t slot_count(const Problem& problem) { return problem.intensity.front().size(); }

Power power_in(const Problem& problem, std::size_t zone) {
  return problem.power_factor.empty() ? problem.power : problem.power * problem.power_factor[zone];
}

bool is_started(const Problem& problem) {
  return problem.start.has_value() && problem.max_wait == 0;
}

Duration total_work(const Problem& problem) {
  return problem.work.value_or(problem.slot * static_cast<Duration::rep>(slot_count(problem)));
}

Duration lost_by_move(const Problem& problem) {
  return problem.work ? problem.move_cost.downtime : Duration{};
}

std::size_t hold_slots(const Problem& problem) {
  const auto slots = (problem.move_cost.duration + problem.slot - Duration{1}) / problem.slot;
  return std::max<std::size_t>(1, static_cast<std::size_t>(slots));
}

Carbon run_carbon(const Problem& problem, std::size_t slot, std::size_t zone) {
  return power_in(problem, zone) * problem.slot *
         problem.intensity[zone][slot].value_or(Intensity{});
}

Carbon at_once(const Problem& problem, std::size_t slot, std::size_t zone, Energy energy) {
  return energy * problem.intensity[zone][slot].value_or(Intensity{});
}

Energy end_energy(const Problem& problem, std::size_t zone, End end) {
  const auto& cost = problem.move_cost;
  const auto share = end == End::kSource ? cost.at_source : cost.at_destination;
  return power_in(problem, zone) * share * cost.duration + cost.energy / 2.0;
}

Carbon end_carbon(const Problem& problem, std::size_t slot, std::size_t zone, End end) {
  const auto& cost = problem.move_cost;
  const auto energy = end_energy(problem, zone, end);
  if (cost.duration <= problem.slot) {
    return at_once(problem, slot, zone, energy);
  }
  Carbon carbon;  // evenly over the duration, slot by slot
  auto left = cost.duration;
  for (auto t = slot; t < slot_count(problem) && left > Duration{}; ++t) {
    const auto here = std::min(left, problem.slot);
    carbon += at_once(
        problem, t, zone,
        energy * (static_cast<double>(here.count()) / static_cast<double>(cost.duration.count())));
    left -= here;
  }
  return carbon;
}

}  // namespace drover::policy
