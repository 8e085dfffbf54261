#include "cli/demo_simulation.h"

#include <gtest/gtest.h>

#include "carbon/synthetic.h"
#include "energy/baselines.h"

namespace drover::cli {
namespace {

constexpr Instant kStart{std::chrono::sys_days{std::chrono::year{2025} / 3 / 10}};
const ZoneId kA{"A"};
const ZoneId kB{"B"};

// Zone B costs what A does not: clean in turns of `period` hours.
energy::SeriesByZone alternating(int period) {
  energy::SeriesByZone series;
  for (const auto& zone : {kA, kB}) {
    carbon::Series made{.zone = zone, .start = kStart - std::chrono::days{14}, .source = "test"};
    for (int hour = 0; hour < 24 * 18; ++hour) {
      const bool clean = ((hour / period) % 2 == 0) == (zone == kA);
      made.values.emplace_back(Intensity::grams_per_kwh(clean ? 100 : 300));
    }
    series.emplace(zone, std::move(made));
  }
  return series;
}

cluster::Node node(const std::string& name, const ZoneId& zone) {
  return {.id = NodeId{name},
          .zone = zone,
          .capacity = {.cpu_cores = 4, .memory = Bytes::mebibytes(4096)},
          .ready = true};
}

Scenario scenario(int hours) {
  return {.nodes = {node("a", kA), node("b", kB)},
          .workload = {.id = WorkloadId{"redis"},
                       .phase = cluster::WorkloadPhase::kRunning,
                       .node = NodeId{"a"},
                       .power = Power::watts(1000)},
          .window = {.from = kStart, .to = kStart + std::chrono::hours{hours}},
          .loop = {.budget = {.moves_left = 24,
                              .horizon = 24,
                              .move_cost = {.duration = std::chrono::seconds{60}}}}};
}

Result<SimulatedRun> run(const Scenario& it, std::string_view policy, std::string_view forecaster,
                         const energy::SeriesByZone& series) {
  return SeriesForecasts::make(series, forecaster)
      .and_then([&](const std::unique_ptr<SeriesForecasts>& forecasts) {
        return simulate(it, policy, *forecasts, series);
      });
}

TEST(DemoSimulation, StayingCostsWhatItsZoneCosts) {
  const auto series = alternating(6);
  const auto result = run(scenario(24), "stay", "persistence", series);
  ASSERT_TRUE(result) << result.error().what;
  EXPECT_TRUE(result->placement.moves.empty());
  EXPECT_NEAR(result->emissions.total().grams(), 12 * 100 + 12 * 300, 1e-6);
}

TEST(DemoSimulation, AForecastOfAPerfectRhythmIsPerfect) {
  const auto series = alternating(6);
  const auto seasonal = run(scenario(48), "forecast", "seasonal-naive-24h", series);
  const auto perfect = run(scenario(48), "forecast", kPerfect, series);
  ASSERT_TRUE(seasonal && perfect);
  EXPECT_EQ(seasonal->placement.moves.size(), 7U);
  EXPECT_NEAR(seasonal->emissions.total().grams(), perfect->emissions.total().grams(), 1e-9);
  // 48 clean hours, and a minute at both ends for each move.
  EXPECT_NEAR(seasonal->emissions.running.grams(), 48 * 100, 1e-6);
  EXPECT_NEAR(seasonal->emissions.moving.grams(), 7 * (100 + 300) / 60.0, 1e-6);
}

TEST(DemoSimulation, ImmediateComesAnHourLateAfterEveryChange) {
  const auto series = alternating(6);
  const auto result = run(scenario(24), "immediate", "persistence", series);
  ASSERT_TRUE(result);
  // At the start it still sees the last hour of the other turn, so it leaves and comes back.
  EXPECT_EQ(result->placement.moves.size(), 5U);
  EXPECT_NEAR(result->emissions.running.grams(), 20 * 100 + 4 * 300, 1e-6);
}

TEST(DemoSimulation, TheBudgetOfMovesHolds) {
  auto limited = scenario(48);
  limited.loop.budget.moves_left = 2;
  for (const auto* policy : {"forecast", "immediate"}) {
    const auto result = run(limited, policy, "seasonal-naive-24h", alternating(6));
    ASSERT_TRUE(result);
    EXPECT_LE(result->placement.moves.size(), 4U) << policy << ": two in any 24 hours";
  }
}

TEST(DemoSimulation, NothingIsBelowTheOptimum) {
  energy::SeriesByZone series;
  Scenario it = scenario(48);
  it.nodes.clear();
  for (const auto* name : {"SYN-US-CENT-SPA", "SYN-US-CAL-CISO", "SYN-US-NE-ISNE"}) {
    const ZoneId zone{name};
    series.emplace(zone, *carbon::synthetic_series(zone, kStart - std::chrono::days{14},
                                                   kStart + std::chrono::days{4}, 1));
    it.nodes.push_back(node(name, zone));
  }
  it.workload.node = it.nodes.front().id;
  const auto bound = energy::baselines(series, it.workload.power, it.window);
  ASSERT_TRUE(bound);
  for (const auto* policy : {"stay", "immediate", "forecast"}) {
    for (const auto forecaster :
         {std::string_view("persistence"), std::string_view("seasonal-naive-24h"), kPerfect}) {
      const auto result = run(it, policy, forecaster, series);
      ASSERT_TRUE(result) << result.error().what;
      EXPECT_GE(result->emissions.total().grams(), bound->optimum.grams())
          << policy << " " << forecaster;
    }
  }
}

TEST(DemoSimulation, NobodyBeatsHindsight) {
  energy::SeriesByZone series;
  Scenario it = scenario(48);
  it.nodes.clear();
  it.loop.budget.moves_left = 3;
  for (const auto* name : {"SYN-US-CENT-SPA", "SYN-US-CAL-CISO", "SYN-US-NE-ISNE"}) {
    const ZoneId zone{name};
    series.emplace(zone, *carbon::synthetic_series(zone, kStart - std::chrono::days{14},
                                                   kStart + std::chrono::days{20}, 1));
    it.nodes.push_back(node(name, zone));
  }
  it.workload.node = it.nodes[1].id;
  for (int day = 0; day < 14; ++day) {
    it.window = {.from = kStart + std::chrono::days{day},
                 .to = kStart + std::chrono::days{day + 2}};
    const auto best = best_in_hindsight(it, series);
    ASSERT_TRUE(best) << best.error().what;
    EXPECT_LE(best->placement.moves.size(), 6U);
    for (const auto* policy : {"stay", "immediate", "forecast"}) {
      const auto run_of_policy = run(it, policy, "seasonal-naive-24h", series);
      ASSERT_TRUE(run_of_policy);
      EXPECT_LE(best->emissions.total().grams(),
                run_of_policy->emissions.total().grams() * (1 + 1e-9))
          << policy << day;
    }
  }
}

TEST(DemoSimulation, UnknownNamesAreErrors) {
  EXPECT_FALSE(run(scenario(2), "stay", "crystal-ball", alternating(6)));
  EXPECT_FALSE(run(scenario(2), "forecats", "persistence", alternating(6)));
  auto nowhere = scenario(2);
  nowhere.workload.node = NodeId{"c"};
  EXPECT_FALSE(run(nowhere, "stay", "persistence", alternating(6)));
}

TEST(DemoSimulation, AZoneWithoutDataFailsNoOther) {
  auto it = scenario(24);
  it.nodes.push_back(node("c", ZoneId{"C"}));
  const auto result = run(it, "forecast", "seasonal-naive-24h", alternating(6));
  ASSERT_TRUE(result) << result.error().what;
  EXPECT_EQ(result->placement.moves.size(), 3U);
}

}  // namespace
}  // namespace drover::cli
