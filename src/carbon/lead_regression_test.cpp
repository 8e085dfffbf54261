#include "carbon/lead_regression.h"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "carbon/registry.h"
#include "carbon/testing/times.h"

namespace drover::carbon {
namespace {

using testing::at;
using testing::hourly;

constexpr int kDays = 760;

// 300 + a daily and a yearly wave + a slow beat, as a formula that any language can repeat; three
// gaps of 2, 10 and 40 hours.
Series waves(int hours) {
  Series series = hourly("DE", "2021-01-01T00:00:00Z", {});
  for (int n = 0; n < hours; ++n) {
    const double t = n;
    const double pi = std::numbers::pi;
    series.values.emplace_back(Intensity::grams_per_kwh(
        300 + 60 * std::cos(2 * pi * (t - 19) / 24) + 40 * std::cos(2 * pi * t / 8766) +
        25 * std::sin(t * t * 1e-4) + 15 * std::sin(0.0371 * t)));
  }
  for (const auto& [begin, end] : {std::pair{5000, 5002}, {9000, 9010}, {12000, 12040}}) {
    for (int n = begin; n < std::min(end, hours); ++n) {
      series.values[static_cast<std::size_t>(n)] = std::nullopt;
    }
  }
  return series;
}

Forecast robust(const Series& series, std::size_t leads = 96) {
  return issue_forecast(*make_forecaster("robust-ridge").value(), series, series.end(), leads)
      .value();
}

// Values of an independent implementation in NumPy, double precision throughout, which fills gaps a
// little differently. They tell a wrong formula, not the last digit.
TEST(RobustRidge, AgreesWithTheIndependentImplementation) {
  const auto seasonal = robust(waves(kDays * 24));
  EXPECT_EQ(seasonal.fallback, "");
  EXPECT_NEAR(seasonal.mean[0].grams_per_kwh(), 332.999, 0.3);
  EXPECT_NEAR(seasonal.mean[23].grams_per_kwh(), 352.671, 0.3);
  EXPECT_NEAR(seasonal.mean[95].grams_per_kwh(), 372.292, 0.3);
  EXPECT_NEAR(seasonal.low[0].grams_per_kwh(), 309.416, 1.5);
  EXPECT_NEAR(seasonal.high[0].grams_per_kwh(), 358.189, 1.5);
  const auto young = robust(waves(4807));
  EXPECT_NEAR(young.mean[0].grams_per_kwh(), 177.805, 1);
  EXPECT_NEAR(young.mean[95].grams_per_kwh(), 194.078, 1);
}

TEST(LeadRegressions, FallBackWithAReasonWhenTheHistoryIsShort) {
  for (const auto* name : {"ridge", "robust-ridge"}) {
    const auto series = waves(60 * 24);
    const auto forecast = issue_forecast(*make_forecaster(name).value(), series, series.end(), 48);
    ASSERT_TRUE(forecast) << forecast.error().what;
    EXPECT_EQ(forecast->model, "profile-ar");
    EXPECT_NE(forecast->fallback.find("88 days"), std::string::npos) << forecast->fallback;
    EXPECT_EQ(forecast->low.size(), 48) << "the simpler model has intervals too";
  }
}

TEST(LeadRegressions, GoOnBeyondAWeek) {
  const auto forecast = robust(waves(200 * 24), 24 * 10);
  EXPECT_EQ(forecast.model, "robust-ridge");
  EXPECT_EQ(forecast.mean.size(), 240);
}

TEST(LeadRegressions, AreNotAskedForMoreThanTheyLearnt) {
  const auto series = waves(200 * 24);
  const auto history = History::before(series, series.end()).value();
  const auto model = make_forecaster("robust-ridge").value()->fit(history, 24).value();
  const auto more = model->predict(history, 48);
  ASSERT_TRUE(more);
  EXPECT_EQ(more->model, "profile-ar");
  EXPECT_NE(more->fallback.find("24 leads"), std::string::npos) << more->fallback;
}

TEST(LeadRegressions, ZerosAreNoTrouble) {
  Series series = waves(200 * 24);
  for (std::size_t i = 0; i < series.values.size(); ++i) {
    if (i / 24 % 3 != 0) {
      series.values[i] = Intensity{};
    }
  }
  for (const auto* name : {"ridge", "robust-ridge"}) {
    const auto forecast =
        issue_forecast(*make_forecaster(name).value(), series, series.end(), 96).value();
    EXPECT_EQ(forecast.model, name);
    for (const Intensity mean : forecast.mean) {
      EXPECT_GE(mean, Intensity{});
      EXPECT_LT(mean, Intensity::grams_per_kwh(1000));
    }
  }
}

// Finer data are averaged to hours; the hour's forecast holds for all of its steps.
TEST(LeadRegressions, TakeHalfHours) {
  const Series whole = waves(100 * 24);
  Series halves = whole;
  halves.step = std::chrono::minutes{30};
  halves.values.clear();
  for (const auto& value : whole.values) {
    halves.values.push_back(value);
    halves.values.push_back(value);
  }
  const auto by_hours = robust(whole, 24);
  const auto by_halves = robust(halves, 48);
  for (std::size_t lead = 0; lead < 48; ++lead) {
    EXPECT_EQ(by_halves.mean[lead], by_hours.mean[lead / 2]) << lead;
  }
}

// Any change from the issue time on, for models that really learn; the short series of the law for
// all models never get that far.
TEST(LeadRegressions, DoNotReadPastTheIssueTime) {
  Series series = waves(kDays * 24);
  const Instant issued = series.end() - std::chrono::hours{100};
  for (const auto* name : {"ridge", "robust-ridge"}) {
    const auto model = make_forecaster(name).value();
    const auto before = issue_forecast(*model, series, issued, 96).value();
    Series changed = series;
    for (std::size_t i = changed.values.size() - 100; i < changed.values.size(); ++i) {
      changed.values[i] = i % 5 == 0 ? std::nullopt : std::optional(Intensity::grams_per_kwh(1999));
    }
    const auto after = issue_forecast(*model, changed, issued, 96).value();
    EXPECT_EQ(before.model, name);
    EXPECT_EQ(before.mean, after.mean);
    EXPECT_EQ(before.low, after.low);
    EXPECT_EQ(before.high, after.high);
  }
}

}  // namespace
}  // namespace drover::carbon
