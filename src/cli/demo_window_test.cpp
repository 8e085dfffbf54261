#include "cli/demo_window.h"

#include <gtest/gtest.h>

#include "carbon/synthetic.h"

namespace drover::cli {
namespace {

constexpr Instant kStart{std::chrono::sys_days{std::chrono::year{2025} / 1 / 1}};
constexpr std::chrono::days kLength{60};

energy::SeriesByZone synthetic(double gaps = 0) {
  energy::SeriesByZone series;
  for (const auto* name : {"SYN-US-CENT-SPA", "SYN-US-CAL-CISO", "SYN-US-NE-ISNE"}) {
    const ZoneId zone{name};
    series.emplace(
        zone, *carbon::synthetic_series(
                  {.zone = zone, .from = kStart, .to = kStart + kLength, .gap_probability = gaps}));
  }
  return series;
}

Scenario scenario_over(const energy::SeriesByZone& series) {
  Scenario scenario{.workload = {.id = WorkloadId{"redis"},
                                 .phase = cluster::WorkloadPhase::kRunning,
                                 .power = Power::watts(200)}};
  scenario.loop.budget = {
      .moves_left = 3, .horizon = 24, .move_cost = {.duration = std::chrono::seconds{60}}};
  for (const auto& [zone, data] : series) {
    scenario.nodes.push_back(
        {.id = NodeId{zone.str()}, .zone = zone, .capacity = {.cpu_cores = 1}, .ready = true});
  }
  return scenario;
}

TEST(DemoWindow, IsOneThatShowsEverythingAndCountsTheOthers) {
  const auto series = synthetic();
  const auto scenario = scenario_over(series);
  const WindowWish wish;
  const auto choice = choose_window(scenario, series, wish);
  ASSERT_TRUE(choice) << choice.error().what;
  const auto& study = choice->study;
  EXPECT_EQ(study.windows, 45U) << "60 days less 14 of history less the last of two";
  EXPECT_GT(study.all, 0U);
  EXPECT_LE(study.all, study.enough_moves);
  EXPECT_EQ(std::chrono::floor<std::chrono::days>(choice->start), choice->start);

  auto chosen = scenario;
  chosen.window = {.from = choice->start, .to = choice->start + std::chrono::hours{48}};
  chosen.workload.node = first_node(scenario.nodes, series, choice->start);
  const auto forecasts = *SeriesForecasts::make(series, wish.forecaster);
  const auto present = *SeriesForecasts::make(series, "persistence");
  const auto policy = *simulate(chosen, "forecast", *forecasts, series);
  EXPECT_GE(policy.placement.moves.size(), 3U);
  EXPECT_LE(policy.emissions.total(),
            simulate(chosen, "immediate", *present, series)->emissions.total());
  EXPECT_LE(policy.emissions.total(),
            simulate(chosen, "stay", *present, series)->emissions.total());
}

TEST(DemoWindow, IncompleteWindowsAreLeftOutForAllPoliciesAlike) {
  const auto series = synthetic(0.01);
  const auto choice = choose_window(scenario_over(series), series, {.hours = 24});
  ASSERT_TRUE(choice) << choice.error().what;
  EXPECT_LT(choice->study.windows, 40U);
  for (const auto& [zone, data] : series) {
    for (int hour = 0; hour < 24; ++hour) {
      EXPECT_TRUE(data.at(choice->start + std::chrono::hours{hour})) << zone.str() << " " << hour;
    }
  }
}

TEST(DemoWindow, TooLittleDataIsAnErrorThatNamesIt) {
  const auto series = synthetic();
  const auto choice = choose_window(scenario_over(series), series, {.hours = 24 * 50});
  ASSERT_FALSE(choice);
  EXPECT_EQ(choice.error().code, Code::kNotFound);
  EXPECT_NE(choice.error().what.find("2025-01-01"), std::string::npos) << choice.error().what;
  EXPECT_FALSE(choose_window(scenario_over({}), {}, {}));
}

TEST(DemoWindow, TheWorkloadBeginsWhereItIsCleanest) {
  energy::SeriesByZone series;
  const auto add = [&](const char* name, std::vector<std::optional<Intensity>> values) {
    series.emplace(
        ZoneId{name},
        carbon::Series{.zone = ZoneId{name}, .start = kStart, .values = std::move(values)});
  };
  const auto grams = [](double value) { return std::optional{Intensity::grams_per_kwh(value)}; };
  add("A", {grams(5), grams(90), grams(1)});
  add("B", {grams(9), grams(80), std::nullopt});
  const auto scenario = scenario_over(series);
  EXPECT_EQ(first_node(scenario.nodes, series, kStart + std::chrono::hours{1}), NodeId{"A"});
  EXPECT_EQ(first_node(scenario.nodes, series, kStart + std::chrono::hours{2}), NodeId{"B"});
  EXPECT_EQ(first_node(scenario.nodes, series, kStart + std::chrono::hours{3}), NodeId{"B"})
      << "an unknown hour is skipped";
  EXPECT_EQ(first_node(scenario.nodes, series, kStart), NodeId{"A"})
      << "nothing is known: the first";
}

}  // namespace
}  // namespace drover::cli
