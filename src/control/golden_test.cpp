// Two days of the production loop on a made-up cluster in which everything goes wrong once, against
// tests/golden/control_48h.txt. DROVER_GOLDEN_UPDATE=1 rewrites the file; review the difference
// like code.
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>

#include <gtest/gtest.h>

#include "control/testing/rig.h"
#include "control/testing/trace.h"

namespace drover::control {
namespace {

using testing::Rig;

constexpr auto kGolden = "tests/golden/control_48h.txt";
constexpr int kHours = 48;

// Sun is low by day, wind in a rhythm of its own, hydro in between and steady.
testing::Table made_up_grid() {
  testing::Table table;
  for (int hour = 0; hour < 2 * kHours; ++hour) {
    const int of_day = hour % 24;
    const int of_wind = hour % 19;
    table[ZoneId{"hydro"}].push_back(210 + hour % 5);
    table[ZoneId{"sun"}].push_back(of_day >= 8 && of_day < 17 ? 90 + 10 * std::abs(of_day - 12)
                                                              : 430);
    table[ZoneId{"wind"}].push_back(of_wind < 7 ? 120 + 15 * of_wind : 380 - 5 * of_wind);
  }
  return table;
}

policy::testing::World made_up_cluster() {
  policy::testing::World world;
  world.node({.id = "h1", .zone = "hydro", .cpu_cores = 2})
      .node({.id = "s1", .zone = "sun", .cpu_cores = 4})
      .node({.id = "w1", .zone = "wind", .cpu_cores = 1})
      .node({.id = "w2", .zone = "wind", .cpu_cores = 1});
  world.workload({.id = "batch", .node = "h1", .cpu_cores = 2})
      .workload({.id = "redis", .node = "s1"})
      .workload({.id = "static", .node = "s1", .movable = false});
  return world;
}

// What happens to the cluster before the tick of an hour.
std::map<int, std::function<void(Rig&)>> events() {
  const ZoneId wind{"wind"};
  return {
      {3, [=](Rig& rig) { rig.forecasts.broken[wind] = "the provider does not answer"; }},
      {5, [](Rig& rig) { rig.forecasts.broken.clear(); }},
      {8, [](Rig& rig) { rig.cluster.abort_moves_of = {WorkloadId{"redis"}}; }},
      {10, [](Rig& rig) { rig.cluster.abort_moves_of.clear(); }},
      {17, [](Rig& rig) { rig.cluster.snapshot.nodes[2].ready = false; }},
      {18, [](Rig& rig) { rig.cluster.snapshot.nodes[2].ready = true; }},
      {26,
       [](Rig& rig) { rig.cluster.observe_error = Error{Code::kTimeout, "agents: no answer"}; }},
      {32, [](Rig& rig) { rig.cluster.observation_age = std::chrono::minutes{20}; }},
      {33,
       [](Rig& rig) {
         rig.cluster.observation_age = {};
         rig.cluster.polls_to_end = 3;
       }},
      {34, [](Rig& rig) { rig.restart(); }},
      {40, [](Rig& rig) { rig.forecasts.error = Error{Code::kUnavailable, "no carbon data"}; }},
      {41, [](Rig& rig) { rig.forecasts.error.reset(); }},
  };
}

std::string run_scenario() {
  Rig rig(made_up_cluster(), made_up_grid());
  rig.config.budget.move_cost.duration = std::chrono::minutes{2};
  rig.config.budget.moves_left = 4;
  rig.restart();
  const auto scenario = events();
  std::string trace;
  for (int hour = 0; hour < kHours; ++hour) {
    if (const auto event = scenario.find(hour); event != scenario.end()) {
      event->second(rig);
    }
    const auto report = rig.tick(hour);
    trace += testing::trace_of(report, *rig.view());
  }
  return trace;
}

TEST(Golden, TwoDaysOfTheLoop) {
  const auto trace = run_scenario();
  EXPECT_EQ(trace, run_scenario()) << "the same scenario must give the same trace";
  if (std::getenv("DROVER_GOLDEN_UPDATE") != nullptr) {
    std::ofstream(kGolden) << trace;
    GTEST_SKIP() << kGolden << " is rewritten";
  }
  std::ifstream file(kGolden);
  const std::string golden(std::istreambuf_iterator<char>(file), {});
  EXPECT_EQ(trace, golden) << "DROVER_GOLDEN_UPDATE=1 rewrites " << kGolden;
}

}  // namespace
}  // namespace drover::control
