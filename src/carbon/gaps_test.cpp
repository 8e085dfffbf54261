#include "carbon/gaps.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "carbon/testing/generators.h"
#include "carbon/testing/times.h"

namespace drover::carbon {
namespace {

using testing::any_series;
using testing::hourly;
using testing::kGap;

constexpr const char* kMidnight = "2022-03-01T00:00:00Z";

Series two_days() {
  Series series = hourly("DE", kMidnight, {});
  for (int hour = 0; hour < 48; ++hour) {
    series.values.emplace_back(Intensity::grams_per_kwh(100 + hour));
  }
  return series;
}

void punch(Series& series, std::size_t from, std::size_t count) {
  for (std::size_t i = from; i < from + count; ++i) {
    series.values[i] = std::nullopt;
  }
}

TEST(FillGaps, UpToThreeHoursAreInterpolated) {
  const Filled filled =
      fill_gaps(hourly("DE", kMidnight, {10, kGap, kGap, kGap, 50}), GapPolicy::kRecommended);
  EXPECT_EQ(filled.series.values, hourly("DE", kMidnight, {10, 20, 30, 40, 50}).values);
  EXPECT_EQ(filled.imputed, (std::vector<bool>{false, true, true, true, false}));
  EXPECT_EQ(filled.imputed_count, 3);
  EXPECT_EQ(filled.gaps_left, 0);
}

TEST(FillGaps, UpToADayTakesTheSameHourOfTheDayBefore) {
  Series series = two_days();
  punch(series, 24, 24);
  const Filled filled = fill_gaps(series, GapPolicy::kRecommended);
  for (std::size_t hour = 24; hour < 48; ++hour) {
    EXPECT_EQ(filled.series.values[hour], series.values[hour - 24]);
    EXPECT_TRUE(filled.imputed[hour]);
  }
}

TEST(FillGaps, AShortGapAtTheEndHasNoNeighbourAndTakesTheDayBefore) {
  Series series = two_days();
  punch(series, 46, 2);
  const Filled filled = fill_gaps(series, GapPolicy::kRecommended);
  EXPECT_EQ(filled.series.values[46], series.values[22]);
}

TEST(FillGaps, LongerThanADayStaysAGap) {
  Series series = two_days();
  punch(series, 20, 25);
  const Filled filled = fill_gaps(series, GapPolicy::kRecommended);
  EXPECT_EQ(filled.series.values, series.values);
  EXPECT_EQ(filled.gaps_left, 25);
  EXPECT_EQ(filled.imputed_count, 0);
}

TEST(FillGaps, AnUnknownHourOfTheDayBeforeIsNotReplacedByAnImputedOne) {
  Series series = two_days();
  punch(series, 6, 1);
  punch(series, 28, 5);
  const Filled filled = fill_gaps(series, GapPolicy::kRecommended);
  EXPECT_TRUE(filled.imputed[6]);
  EXPECT_EQ(filled.series.values[30], std::nullopt);
  EXPECT_EQ(filled.series.values[31], series.values[7]);
  EXPECT_EQ(filled.gaps_left, 1);
}

TEST(FillGaps, QuarterHoursAreMeasuredInTimeNotInValues) {
  Series series = two_days();
  series.step = std::chrono::minutes{15};  // 48 values are 12 hours
  punch(series, 10, 12);
  EXPECT_EQ(fill_gaps(series, GapPolicy::kRecommended).imputed_count, 12);
  punch(series, 10, 13);
  EXPECT_EQ(fill_gaps(series, GapPolicy::kRecommended).imputed_count, 0) << "no day before";
}

RC_GTEST_PROP(FillGapsLaws, KeepChangesNothing, ()) {
  const Series series = *any_series();
  RC_ASSERT(fill_gaps(series, GapPolicy::kKeep).series.values == series.values);
}

RC_GTEST_PROP(FillGapsLaws, KnownValuesStayAndWhatIsFilledIsMarked, ()) {
  const Series series = *any_series();
  const Filled filled = fill_gaps(series, GapPolicy::kRecommended);
  std::size_t gaps = 0;
  for (std::size_t i = 0; i < series.values.size(); ++i) {
    RC_ASSERT(filled.imputed[i] == (!series.values[i] && filled.series.values[i]));
    RC_ASSERT(!series.values[i] || filled.series.values[i] == series.values[i]);
    gaps += filled.series.values[i] ? 0 : 1;
  }
  RC_ASSERT(gaps == filled.gaps_left);
}

}  // namespace
}  // namespace drover::carbon
