#include "carbon/backtest.h"

#include <gtest/gtest.h>

#include "carbon/join.h"
#include "carbon/registry.h"
#include "carbon/testing/times.h"

namespace drover::carbon {
namespace {

using testing::at;
using testing::hourly;
using testing::kGap;

BacktestModel model(const std::string& name) {
  return {.name = name, .forecaster = make_forecaster(name).value()};
}

// Every day is 24 hours of its number.
Series stairs(int days) {
  Series series = hourly("DE", "2022-03-01T00:00:00Z", {});
  for (int hour = 0; hour < days * 24; ++hour) {
    series.values.emplace_back(Intensity::grams_per_kwh(hour / 24 + 1));
  }
  return series;
}

ProviderForecast foreign_of(const Series& actual, Instant issued) {
  auto values = slice(actual, issued, issued + std::chrono::hours{48}).value();
  return {.issued = issued, .values = values};
}

const BacktestOptions kOptions = {
    .from = at("2022-03-03T00:00:00Z"), .to = at("2022-03-06T00:00:00Z"), .leads = 48};

ZoneScore run(const Series& series, const std::vector<ProviderForecast>& foreign) {
  int steps = 0;
  auto score = backtest(series, {model("persistence"), model("seasonal-naive-24h")}, foreign,
                        kOptions, [&] { ++steps; });
  EXPECT_TRUE(score) << score.error().what;
  EXPECT_EQ(steps, 3);
  return *std::move(score);
}

TEST(Backtest, ScoresWhatCameAfterEachIssue) {
  const auto score = run(stairs(8), {});
  EXPECT_EQ(score.issues, 3);
  ASSERT_EQ(score.models.size(), 2);
  for (const auto& one : score.models) {
    ASSERT_EQ(one.days.size(), 2);
    EXPECT_EQ(one.days[0].mae(), 1) << "the day before is 1 less";
    EXPECT_EQ(one.days[1].mae(), 2);
    EXPECT_EQ(one.all.hours, 3 * 48);
  }
}

TEST(Backtest, AnIssueThatOneModelCannotMakeCountsForNone) {
  Series series = stairs(8);
  for (std::size_t i = 24; i < 48; ++i) {
    series.values[i] = std::nullopt;  // nothing is known of the day before the first issue
  }
  const auto score = run(series, {});
  EXPECT_EQ(score.issues, 2);
  EXPECT_EQ(score.skipped, 1);
  EXPECT_NE(score.why_skipped.find("persistence"), std::string::npos) << score.why_skipped;
}

TEST(Backtest, ForeignForecastsAreScoredOnTheSameIssues) {
  const Series series = stairs(8);
  const auto score = run(series, {foreign_of(series, at("2022-03-04T00:00:00Z"))});
  EXPECT_EQ(score.issues, 1);
  EXPECT_EQ(score.skipped, 2);
  ASSERT_EQ(score.models.size(), 3);
  EXPECT_EQ(score.models[2].name, "external");
  EXPECT_EQ(score.models[2].all.mae(), 0);
  EXPECT_EQ(score.models[0].all.hours, 48);
}

TEST(Backtest, TellsHowOftenTheRightZoneIsNamed) {
  Series other = stairs(8);
  other.zone = ZoneId{"FR"};
  for (std::size_t i = 0; i < other.values.size(); ++i) {
    other.values[i] = Intensity::grams_per_kwh(i < 96 ? 3.5 : 100);
  }
  // Day 3 (3 g) is issued with 2 against 3.5, truly 3 against 3.5; and so on.
  const std::vector<ZoneScore> zones = {run(stairs(8), {}), run(other, {})};
  const auto share = right_zone_share(zones, 0, 48, 0);
  ASSERT_TRUE(share);
  EXPECT_NEAR(*share, 1.0 / 3, 1e-9);
}

TEST(Backtest, RefusesAWindowWithoutIssues) {
  auto options = kOptions;
  options.to = options.from;
  EXPECT_FALSE(backtest(stairs(8), {model("persistence")}, {}, options, [] {}));
  options = kOptions;
  options.from += std::chrono::minutes{20};
  EXPECT_FALSE(backtest(stairs(8), {model("persistence")}, {}, options, [] {}));
}

TEST(Joined, MakesOneSeriesOfYearsAndKeepsGaps) {
  const auto one = joined({hourly("DE", "2022-03-01T03:00:00Z", {4}),
                           hourly("DE", "2022-03-01T00:00:00Z", {1, kGap}),
                           hourly("FR", "2022-03-01T00:00:00Z", {9})});
  ASSERT_TRUE(one) << one.error().what;
  ASSERT_EQ(one->size(), 2);
  EXPECT_EQ((*one)[0].values, hourly("DE", "2022-03-01T00:00:00Z", {1, kGap, kGap, 4}).values);
  EXPECT_EQ(
      joined({hourly("DE", "2022-03-01T00:00:00Z", {1}), hourly("DE", "2022-03-01T00:00:00Z", {2})})
          .error()
          .code,
      Code::kConflict);
}

}  // namespace
}  // namespace drover::carbon
