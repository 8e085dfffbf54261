// One plan at a time, on one core: items per second are plans per second.
// Targets: 48 hours, 60 zones, 3 moves at a price: 20,000 plans per second; a week in slots of five
// minutes, 20 zones: less than 5 ms.
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
  problem.move_cost = {.duration = std::chrono::seconds{20}, .energy = Energy::joules(2000)};
  problem.max_moves = moves;
  problem.start = 0;
  return problem;
}

void plan(benchmark::State& state, const Problem& problem) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(plan_schedule(problem));
  }
  state.SetItemsProcessed(state.iterations());
}

void from_fixed_start(benchmark::State& state) {
  plan(state, make_problem(static_cast<std::size_t>(state.range(0)),
                           static_cast<std::size_t>(state.range(1)),
                           static_cast<std::size_t>(state.range(2))));
}
BENCHMARK(from_fixed_start)
    ->ArgNames({"zones", "slots", "moves"})
    ->Args({3, 24, 3})
    ->Args({60, 48, 3})
    ->Args({60, 72, 10})
    ->Args({60, 48, 48})
    ->Unit(benchmark::kMicrosecond);

void week_in_five_minutes(benchmark::State& state) {
  auto problem = make_problem(20, 2016, 3);
  problem.slot = std::chrono::minutes{5};
  plan(state, problem);
}
BENCHMARK(week_in_five_minutes)->Unit(benchmark::kMillisecond);

// A day's job with two days of time, over 60 zones: put off, and with leave to suspend it.
void job(benchmark::State& state) {
  auto problem = make_problem(60, 48, 3);
  problem.work = std::chrono::hours{24};
  problem.move_cost.downtime = std::chrono::seconds{3};
  if (state.range(0) == 0) {
    problem.start.reset();
    problem.max_wait = 24;
  } else {
    problem.pause = PauseCost{.suspend = Energy::joules(500), .resume = Energy::joules(500)};
  }
  plan(state, problem);
}
BENCHMARK(job)->ArgName("pause")->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace drover::policy
