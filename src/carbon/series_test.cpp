#include "carbon/series.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "carbon/testing/generators.h"
#include "carbon/testing/times.h"

namespace drover::carbon {
namespace {

using testing::any_hour_near;
using testing::any_series;
using testing::at;
using testing::hourly;
using testing::kGap;

TEST(Series, AValueHoldsUntilTheNextStep) {
  const Series series = hourly("DE", "2022-03-01T00:00:00Z", {100, 200});
  EXPECT_EQ(series.at(at("2022-03-01T00:00:00Z")), Intensity::grams_per_kwh(100));
  EXPECT_EQ(series.at(at("2022-03-01T00:59:59.999Z")), Intensity::grams_per_kwh(100));
  EXPECT_EQ(series.at(at("2022-03-01T01:00:00Z")), Intensity::grams_per_kwh(200));
}

TEST(Series, OutsideAndInAGapNothingIsKnown) {
  const Series series = hourly("DE", "2022-03-01T00:00:00Z", {100, kGap});
  EXPECT_EQ(series.at(at("2022-02-28T23:59:59Z")), std::nullopt);
  EXPECT_EQ(series.at(at("2022-03-01T01:30:00Z")), std::nullopt);
  EXPECT_EQ(series.at(at("2022-03-01T02:00:00Z")), std::nullopt);
}

TEST(Series, ASliceBeyondTheDataHasGapsThere) {
  const Series series = hourly("DE", "2022-03-01T00:00:00Z", {1, 2, 3});
  const auto part = slice(series, at("2022-02-28T23:00:00Z"), at("2022-03-01T05:00:00Z"));
  ASSERT_TRUE(part);
  EXPECT_EQ(part->values, hourly("DE", "2022-02-28T23:00:00Z", {kGap, 1, 2, 3, kGap, kGap}).values);
  EXPECT_EQ(part->zone, series.zone);
  EXPECT_EQ(part->source, series.source);
}

TEST(Series, ASliceOffTheStepsOrBackwardsOrEndlessIsAnError) {
  const Series series = hourly("DE", "2022-03-01T00:00:00Z", {1, 2, 3});
  const auto off = slice(series, at("2022-03-01T00:30:00Z"), at("2022-03-01T02:00:00Z"));
  ASSERT_FALSE(off);
  EXPECT_EQ(off.error().code, Code::kInvalid);
  EXPECT_NE(off.error().what.find("2022-03-01T00:30:00Z"), std::string::npos) << off.error().what;
  EXPECT_FALSE(slice(series, at("2022-03-01T02:00:00Z"), at("2022-03-01T01:00:00Z")));
  EXPECT_FALSE(slice(series, at("0001-03-01T02:00:00Z"), at("9999-03-01T01:00:00Z")));
}

TEST(Series, DifferentQuantitiesAreNeverMixed) {
  const Series direct = hourly("DE", "2022-03-01T00:00:00Z", {1});
  Series lifecycle = direct;
  lifecycle.scope = Scope::kLifecycle;
  Series marginal = direct;
  marginal.kind = Kind::kMarginal;
  EXPECT_TRUE(check_same_quantity(direct, direct));
  EXPECT_EQ(check_same_quantity(direct, lifecycle).error().code, Code::kConflict);
  EXPECT_EQ(check_same_quantity(direct, marginal).error().code, Code::kConflict);
}

TEST(Series, UnknownNamesAreErrorsNotDefaults) {
  EXPECT_EQ(parse_scope("lifecycle"), Scope::kLifecycle);
  EXPECT_EQ(parse_kind("marginal"), Kind::kMarginal);
  EXPECT_NE(parse_scope("lifecicle").error().what.find("did you mean 'lifecycle'"),
            std::string::npos);
  EXPECT_FALSE(parse_kind(""));
}

RC_GTEST_PROP(SeriesLaws, SliceOfSliceIsTheSlice, ()) {
  const Series series = *any_series();
  Instant a = any_hour_near(series);
  Instant d = any_hour_near(series);
  if (d < a) {
    std::swap(a, d);
  }
  const auto hours = static_cast<int>((d - a) / series.step);
  const Instant b = a + std::chrono::hours{*rc::gen::inRange(0, hours + 1)};
  const Instant c =
      b + std::chrono::hours{*rc::gen::inRange(0, static_cast<int>((d - b) / series.step) + 1)};
  RC_ASSERT(slice(*slice(series, a, d), b, c)->values == slice(series, b, c)->values);
}

RC_GTEST_PROP(SeriesLaws, ASliceAgreesWithTheSeriesAtEveryHour, ()) {
  const Series series = *any_series();
  const Instant from = any_hour_near(series);
  const Instant to = from + std::chrono::hours{*rc::gen::inRange(0, 100)};
  const Series part = *slice(series, from, to);
  RC_ASSERT(part.end() == to);
  for (Instant hour = from; hour < to; hour += series.step) {
    RC_ASSERT(part.at(hour) == series.at(hour));
  }
}

}  // namespace
}  // namespace drover::carbon
