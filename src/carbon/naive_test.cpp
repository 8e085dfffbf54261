#include "carbon/naive.h"

#include <cmath>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "carbon/registry.h"
#include "carbon/synthetic.h"
#include "carbon/testing/generators.h"
#include "carbon/testing/times.h"

namespace drover::carbon {
namespace {

using testing::any_series;
using testing::at;
using testing::hourly;
using testing::kGap;

const Instant kIssued = at("2022-03-15T00:00:00Z");

// Ends at kIssued; the value tells how many hours before.
Series history(int hours) {
  Series series = hourly("DE", "2022-03-15T00:00:00Z", {});
  series.start = kIssued - std::chrono::hours{hours};
  for (int before = hours; before > 0; --before) {
    series.values.emplace_back(Intensity::grams_per_kwh(before));
  }
  return series;
}

void forget(Series& series, int hours_before, int count) {
  const auto end = series.values.size() - static_cast<std::size_t>(hours_before);
  for (std::size_t i = end; i < end + static_cast<std::size_t>(count); ++i) {
    series.values[i] = std::nullopt;
  }
}

Result<Forecast> forecast(std::string_view model, const Series& known, std::size_t leads = 30) {
  return make_forecaster(model).and_then([&](const std::unique_ptr<Forecaster>& forecaster) {
    return issue_forecast(*forecaster, known, kIssued, leads);
  });
}

double grams(const Result<Forecast>& forecast, std::size_t lead) {
  return forecast->mean.at(lead).grams_per_kwh();
}

TEST(Persistence, RepeatsTheLastValue) {
  const auto flat = forecast("persistence", history(5));
  ASSERT_TRUE(flat);
  EXPECT_EQ(flat->mean, std::vector<Intensity>(30, Intensity::grams_per_kwh(1)));
  EXPECT_EQ(flat->model, "persistence");
  EXPECT_EQ(flat->fallback, "");
  EXPECT_EQ(flat->issued, kIssued);
}

TEST(Persistence, SaysHowOldTheValueIs) {
  Series known = history(48);
  forget(known, 3, 3);
  const auto flat = forecast("persistence", known);
  ASSERT_TRUE(flat);
  EXPECT_EQ(grams(flat, 0), 4);
  EXPECT_NE(flat->fallback.find("3 h are unknown"), std::string::npos) << flat->fallback;
}

TEST(Persistence, ADayOfGapsIsNoForecast) {
  Series known = history(48);
  forget(known, 23, 23);
  EXPECT_TRUE(forecast("persistence", known));
  forget(known, 24, 24);
  const auto none = forecast("persistence", known);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, Code::kInvalid);
  EXPECT_NE(none.error().what.find("DE"), std::string::npos);
}

TEST(Fallback, EveryReasonIsSaidOnce) {
  Forecast forecast;
  say_fallback(forecast, "the simplest lacks a value");
  say_fallback(forecast, "too short");
  say_fallback(forecast, "too short");
  EXPECT_EQ(forecast.fallback, "too short; the simplest lacks a value");
}

TEST(SeasonalNaive, RepeatsTheLastDay) {
  const auto day = forecast("seasonal-naive-24h", history(100));
  ASSERT_TRUE(day);
  EXPECT_EQ(grams(day, 0), 24);
  EXPECT_EQ(grams(day, 23), 1);
  EXPECT_EQ(grams(day, 24), 24);
  EXPECT_EQ(day->model, "seasonal-naive-24h");
  EXPECT_EQ(day->fallback, "");
}

TEST(SeasonalNaive, RepeatsTheLastWeek) {
  const auto week = forecast("seasonal-naive-168h", history(200));
  ASSERT_TRUE(week);
  EXPECT_EQ(grams(week, 0), 168);
  EXPECT_EQ(grams(week, 29), 139);
  EXPECT_EQ(week->fallback, "");
}

TEST(SeasonalNaive, ShortHistoryStepsDownAndSaysSo) {
  const auto day = forecast("seasonal-naive-168h", history(100));
  ASSERT_TRUE(day);
  EXPECT_EQ(day->model, "seasonal-naive-24h");
  EXPECT_EQ(day->fallback, "seasonal-naive-168h needs 168 h of history and has 100 h");

  const auto flat = forecast("seasonal-naive-168h", history(10));
  ASSERT_TRUE(flat);
  EXPECT_EQ(flat->model, "persistence");
  EXPECT_NE(flat->fallback.find("seasonal-naive-24h needs 24 h of history and has 10 h"),
            std::string::npos)
      << flat->fallback;
}

TEST(SeasonalNaive, AShortGapIsImputedAndCounted) {
  Series known = history(72);
  forget(known, 10, 2);
  const auto day = forecast("seasonal-naive-24h", known);
  ASSERT_TRUE(day);
  EXPECT_DOUBLE_EQ(grams(day, 14), 10);  // between 11 and 8
  EXPECT_EQ(day->fallback, "2 of the last 24 values are unknown and imputed");
}

TEST(SeasonalNaive, AGapTooLongToFillStepsDown) {
  Series known = history(300);
  forget(known, 30, 29);
  const auto flat = forecast("seasonal-naive-24h", known);
  ASSERT_TRUE(flat);
  EXPECT_EQ(flat->model, "persistence");
  EXPECT_NE(flat->fallback.find("2022-03-14T00:00:00Z, which is unknown"), std::string::npos)
      << flat->fallback;
}

TEST(SeasonalNaive, HistoryThatEndsEarlyIsPaddedWithGaps) {
  Series known = history(100);
  known.values.resize(94);  // the last six hours are not there at all
  const auto day = forecast("seasonal-naive-24h", known);
  ASSERT_TRUE(day);
  EXPECT_EQ(grams(day, 17), 7);   // the last known hour
  EXPECT_EQ(grams(day, 18), 30);  // six hours ago: as the day before
  EXPECT_EQ(day->fallback, "6 of the last 24 values are unknown and imputed");
}

TEST(Forecasters, NoHistoryAtAllIsAnError) {
  for (const auto& entry : forecasters()) {
    EXPECT_FALSE(forecast(entry.name, history(0))) << entry.name;
    Series later = history(5);
    later.start = kIssued + std::chrono::hours{1};
    EXPECT_FALSE(forecast(entry.name, later)) << entry.name;
  }
}

TEST(Forecasters, AnIssueTimeOffTheStepsIsAnError) {
  const auto model = make_forecaster("persistence");
  EXPECT_FALSE(issue_forecast(**model, history(48), kIssued + std::chrono::minutes{1}, 3));
}

TEST(Forecasters, TheTableKnowsItsNames) {
  for (const auto& entry : forecasters()) {
    EXPECT_EQ(make_forecaster(entry.name).value()->name(), entry.name);
    EXPECT_FALSE(entry.summary.empty());
  }
  const auto unknown = make_forecaster("seasonal-naive-24");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, Code::kNotFound);
  EXPECT_NE(unknown.error().what.find("did you mean 'seasonal-naive-24h'"), std::string::npos)
      << unknown.error().what;
  EXPECT_FALSE(make_forecaster("perfect")) << "it sees the future, so it is no forecaster";
}

TEST(PerfectForecast, IsTheFutureAndLabelledSo) {
  const Series actual = hourly("DE", "2022-03-14T22:00:00Z", {1, 2, 3, 4, kGap});
  const auto perfect = perfect_forecast(actual, kIssued, 2);
  ASSERT_TRUE(perfect);
  EXPECT_EQ(perfect->mean, (std::vector{Intensity::grams_per_kwh(3), Intensity::grams_per_kwh(4)}));
  EXPECT_EQ(perfect->model, "perfect");
  const auto gap = perfect_forecast(actual, kIssued, 3);
  ASSERT_FALSE(gap);
  EXPECT_NE(gap.error().what.find("2022-03-15T02:00:00Z"), std::string::npos) << gap.error().what;
}

// Whatever happens at or after the issue time.
RC_GTEST_PROP(ForecasterLaws, NoForecastReadsPastItsIssueTime, ()) {
  Series series = *any_series(500);
  const auto cut = *rc::gen::inRange<std::size_t>(0, series.values.size() + 1);
  const Instant issued = series.start + series.step * static_cast<Duration::rep>(cut);
  Series changed = series;
  changed.values.resize(cut);
  const auto future = *rc::gen::inRange<std::size_t>(0, 100);
  for (std::size_t i = 0; i < future; ++i) {
    changed.values.emplace_back(Intensity::grams_per_kwh(*rc::gen::inRange(0, 3000)));
  }
  for (const auto& entry : forecasters()) {
    const auto model = entry.make();
    const auto before = issue_forecast(*model, series, issued, 200);
    const auto after = issue_forecast(*model, changed, issued, 200);
    RC_ASSERT(before.has_value() == after.has_value());
    if (before) {
      RC_ASSERT(before->mean == after->mean && before->low == after->low &&
                before->high == after->high);
      RC_ASSERT(before->fallback == after->fallback && before->model == after->model);
    }
  }
}

RC_GTEST_PROP(ForecasterLaws, AForecastIsFiniteNeverNegativeAndInsideOfItsInterval, ()) {
  const Series series = *any_series(500);
  for (const auto& entry : forecasters()) {
    const auto forecast = issue_forecast(*entry.make(), series, series.end(), 200);
    if (forecast) {
      RC_ASSERT(forecast->mean.size() == 200u);
      RC_ASSERT(forecast->low.size() == forecast->high.size());
      for (std::size_t lead = 0; lead < 200; ++lead) {
        const double mean = forecast->mean[lead].grams_per_kwh();
        RC_ASSERT(std::isfinite(mean) && mean >= 0);
        if (!forecast->low.empty()) {
          RC_ASSERT(forecast->low[lead] <= forecast->mean[lead]);
          RC_ASSERT(forecast->mean[lead] <= forecast->high[lead]);
          RC_ASSERT(forecast->low[lead] >= Intensity{});
        }
      }
    }
  }
}

}  // namespace
}  // namespace drover::carbon
