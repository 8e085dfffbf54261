#include "policy/testing/problems.h"

#include <algorithm>

namespace drover::policy::testing {
namespace {

std::size_t between(std::size_t low, std::size_t high) {
  return *rc::gen::inRange<std::size_t>(low, high + 1);
}

std::optional<Intensity> any_intensity(int values, bool gaps) {
  if (gaps && *rc::gen::inRange(0, 20) == 0) {
    return std::nullopt;
  }
  return Intensity::grams_per_kwh(*rc::gen::inRange(0, values) * 700.0 / values);
}

// An end that can be met with more or less time to spare, hosts that differ, moves and pauses that
// cost time.
void make_job(Problem& problem) {
  const auto length = problem.slot * static_cast<Duration::rep>(problem.intensity.front().size());
  if (*rc::gen::arbitrary<bool>()) {
    for (std::size_t zone = 0; zone < problem.intensity.size(); ++zone) {
      problem.power_factor.push_back(*rc::gen::element(0.5, 1.0, 1.7));
    }
  }
  problem.work = std::max(Duration{1}, Duration(length.count() * *rc::gen::inRange(1, 11) / 10));
  problem.move_cost.duration += Duration(*rc::gen::element(0, 0, 400'000, 4'000'000));
  problem.move_cost.downtime = Duration(*rc::gen::element(0, 3'000, 300'000, 5'000'000));
  problem.move_cost.at_source = *rc::gen::element(0.0, 0.5, 1.0);
  problem.move_cost.at_destination = *rc::gen::element(0.0, 1.0);
  problem.bill_whole_slots = *rc::gen::arbitrary<bool>();
  if (*rc::gen::arbitrary<bool>()) {
    problem.pause = PauseCost{.suspend = Energy::joules(*rc::gen::element(0, 1'000, 50'000)),
                              .resume = Energy::joules(*rc::gen::element(0, 20'000))};
  }
  problem.suspended = problem.pause && problem.start && *rc::gen::arbitrary<bool>();
  problem.max_wait = problem.suspended ? 0 : between(0, 4);
}

}  // namespace

rc::Gen<Problem> any_problem(ProblemShape shape) {
  const auto draw = rc::gen::exec([shape] {
    const auto zones = between(1, shape.max_zones);
    const auto slots = between(1, shape.max_slots);
    const auto values = *rc::gen::element(2, 4, 70'000);
    Problem problem;
    for (std::size_t zone = 0; zone < zones; ++zone) {
      auto& row = problem.intensity.emplace_back();
      for (std::size_t slot = 0; slot < slots; ++slot) {
        row.push_back(any_intensity(values, shape.gaps));
      }
    }
    problem.slot = Duration(*rc::gen::element(300'000, 1'800'000, 3'600'000));
    problem.power = Power::watts(*rc::gen::inRange(0, 400));
    problem.move_cost = {.duration = Duration(*rc::gen::element(0, 3'000, 200'000, 300'000)),
                         .energy = Energy::joules(*rc::gen::element(0, 500, 100'000))};
    problem.max_moves = between(0, shape.max_moves);
    if (*rc::gen::arbitrary<bool>()) {
      problem.start = between(0, zones - 1);
    }
    if (shape.jobs) {
      make_job(problem);
    }
    return problem;
  });
  return rc::gen::resize(rc::kNominalSize, draw);  // ranges are not narrowed in the first cases
}

}  // namespace drover::policy::testing
