// Target: 72 hours, 60 zones, 10 moves in less than a millisecond.
#include <benchmark/benchmark.h>

#include "policy/planner.h"

namespace drover::policy {
namespace {

Problem make_problem(std::size_t zones, std::size_t slots, std::size_t moves) {
  Problem problem;
  for (std::size_t zone = 0; zone < zones; ++zone) {
    auto& row = problem.intensity.emplace_back();
    for (std::size_t slot = 0; slot < slots; ++slot) {
      row.push_back(Intensity::grams_per_kwh(static_cast<double>((zone * 37 + slot * 101) % 500)));
    }
  }
  problem.power = Power::watts(100);
  problem.max_moves = moves;
  problem.start = 0;
  return problem;
}

void schedule_from_fixed_start(benchmark::State& state) {
  const auto problem = make_problem(static_cast<std::size_t>(state.range(0)),
                                    static_cast<std::size_t>(state.range(1)),
                                    static_cast<std::size_t>(state.range(2)));
  for (auto _ : state) {
    benchmark::DoNotOptimize(plan_schedule(problem));
  }
}
BENCHMARK(schedule_from_fixed_start)->Args({3, 24, 3})->Args({60, 72, 10});

}  // namespace
}  // namespace drover::policy
