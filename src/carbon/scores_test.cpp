#include "carbon/scores.h"

#include <gtest/gtest.h>

#include "carbon/testing/times.h"

namespace drover::carbon {
namespace {

using testing::at;
using testing::hourly;
using testing::kGap;

Forecast forecast_of(std::initializer_list<double> values) {
  Forecast forecast;
  forecast.issued = at("2022-03-01T00:00:00Z");
  for (const double value : values) {
    forecast.mean.push_back(Intensity::grams_per_kwh(value));
  }
  return forecast;
}

TEST(Score, CountsKnownHoursAndLeavesRatiosToNothingOut) {
  auto forecast = forecast_of({110, 80, 5, 7, 50});
  forecast.low = forecast_of({90, 90, 0, 0, 0}).mean;
  forecast.high = forecast_of({120, 95, 1, 9, 60}).mean;
  const auto days = score(forecast, hourly("DE", "2022-03-01T00:00:00Z", {100, 100, 0.5, kGap}));
  ASSERT_EQ(days.size(), 1);
  EXPECT_EQ(days[0].hours, 3);
  EXPECT_EQ(days[0].ratio_hours, 2) << "0.5 g/kWh is below the floor";
  EXPECT_NEAR(*days[0].mape(), (0.1 + 0.2) / 2, 1e-12);
  EXPECT_NEAR(*days[0].mae(), (10 + 20 + 4.5) / 3, 1e-12);
  EXPECT_NEAR(*days[0].wape(), 34.5 / 200.5, 1e-12);
  EXPECT_NEAR(*days[0].bias(), (10 - 20 + 4.5) / 3, 1e-12);
  EXPECT_NEAR(*days[0].coverage(), 2.0 / 3, 1e-12);
  EXPECT_NEAR(*days[0].mean_width(), (30 + 5 + 1) / 3.0, 1e-12);
}

TEST(Score, NothingKnownIsNoScore) {
  const auto days = score(forecast_of({1, 2}), hourly("DE", "2021-03-01T00:00:00Z", {1}));
  EXPECT_EQ(days[0].hours, 0);
  EXPECT_FALSE(days[0].mape() || days[0].wape() || days[0].mae() || days[0].coverage() ||
               days[0].rank_ratio());
}

TEST(Score, TheChosenWindowIsHeldAgainstTheBest) {
  Forecast forecast = forecast_of({});
  Series truth = hourly("DE", "2022-03-01T00:00:00Z", {});
  for (int hour = 0; hour < 24; ++hour) {
    // Cheapest 4 h by the forecast: 8 to 12, which truly cost 20 each; the best, 16 to 20, cost 10.
    forecast.mean.push_back(Intensity::grams_per_kwh(hour >= 8 && hour < 12 ? 1 : 100));
    truth.values.emplace_back(Intensity::grams_per_kwh(hour >= 16 && hour < 20  ? 10
                                                       : hour >= 8 && hour < 12 ? 20
                                                                                : 100));
  }
  const auto days = score(forecast, truth);
  EXPECT_EQ(days[0].choices, 1);
  EXPECT_EQ(days[0].rank_ratio(), 2);
  EXPECT_EQ(days[0].rank_within_5_percent(), 0);
  truth.values[3] = std::nullopt;
  EXPECT_EQ(score(forecast, truth)[0].choices, 0) << "a day with a gap has no best window";
}

}  // namespace
}  // namespace drover::carbon
