#include "energy/emissions.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "carbon/gaps.h"
#include "carbon/testing/generators.h"
#include "carbon/testing/times.h"

namespace drover::energy {
namespace {

using carbon::testing::any_series;
using carbon::testing::at;
using carbon::testing::hourly;
using carbon::testing::kGap;

constexpr Power kKilowatt = Power::watts(1000);

SeriesByZone two_zones() {
  return {{ZoneId{"A"}, hourly("A", "2022-03-01T00:00:00Z", {100, 200, 300, 400})},
          {ZoneId{"B"}, hourly("B", "2022-03-01T00:00:00Z", {400, 300, 200, 0})}};
}

TEST(Emissions, AKilowattForAnHourEmitsTheIntensity) {
  const auto series = hourly("A", "2022-03-01T00:00:00Z", {100, 200, 300});
  const auto grams = emissions(series, kKilowatt, {at("2022-03-01T00Z"), at("2022-03-01T03Z")});
  ASSERT_TRUE(grams) << grams.error().what;
  EXPECT_DOUBLE_EQ(grams->grams(), 600);
}

TEST(Emissions, PartialHoursCountInPart) {
  const auto series = hourly("A", "2022-03-01T00:00:00Z", {120, 240, 300});
  const auto grams =
      emissions(series, kKilowatt, {at("2022-03-01T00:40Z"), at("2022-03-01T01:15Z")});
  ASSERT_TRUE(grams);
  EXPECT_DOUBLE_EQ(grams->grams(), 120.0 / 3 + 240.0 / 4);
}

TEST(Emissions, AnUnknownHourIsNamedAndNeverZero) {
  const auto series = hourly("A", "2022-03-01T00:00:00Z", {100, kGap, 300});
  const auto grams = emissions(series, kKilowatt, {at("2022-03-01T00Z"), at("2022-03-01T03Z")});
  ASSERT_FALSE(grams);
  EXPECT_EQ(grams.error().code, Code::kNotFound);
  EXPECT_NE(grams.error().what.find("zone A is unknown at 2022-03-01T01:00:00Z"), std::string::npos)
      << grams.error().what;
  EXPECT_FALSE(emissions(series, kKilowatt, {at("2022-03-01T02Z"), at("2022-03-01T04Z")}))
      << "past the end";
  EXPECT_FALSE(emissions(series, kKilowatt, {at("2022-02-28T23Z"), at("2022-03-01T01Z")}))
      << "before the start";
}

TEST(Emissions, AnEmptyWindowEmitsNothingAndABackwardOneIsAnError) {
  const auto series = hourly("A", "2022-03-01T00:00:00Z", {kGap});
  EXPECT_EQ(emissions(series, kKilowatt, {at("2022-03-01T00:10Z"), at("2022-03-01T00:10Z")}),
            Carbon{});
  EXPECT_FALSE(emissions(series, kKilowatt, {at("2022-03-01T00:10Z"), at("2022-03-01T00:09Z")}));
}

TEST(PlacementEmissions, AddUpOverZonesAndMoves) {
  const Placement placement = {
      .stretches = {{.zone = ZoneId{"A"}, .window = {at("2022-03-01T00Z"), at("2022-03-01T02Z")}},
                    {.zone = ZoneId{"B"}, .window = {at("2022-03-01T02Z"), at("2022-03-01T04Z")}}},
      .moves = {{.from = ZoneId{"A"},
                 .to = ZoneId{"B"},
                 .at = at("2022-03-01T02Z"),
                 .duration = std::chrono::minutes{6},
                 .energy = Energy::kilowatt_hours(0.01)}}};
  const auto grams = emissions(placement, kKilowatt, two_zones());
  ASSERT_TRUE(grams) << grams.error().what;
  EXPECT_DOUBLE_EQ(grams->running.grams(), 100 + 200 + 200 + 0);
  EXPECT_DOUBLE_EQ(grams->moving.grams(), 0.1 * (300 + 200) + 0.01 * (300 + 200) / 2);
  EXPECT_EQ(grams->total(), grams->running + grams->moving);
}

TEST(PlacementEmissions, AMoveInNoTimeStillDrawsItsEnergy) {
  const Move move = {.from = ZoneId{"A"},
                     .to = ZoneId{"B"},
                     .at = at("2022-03-01T03Z"),
                     .energy = Energy::kilowatt_hours(1)};
  const auto grams = move_emissions(move, kKilowatt, two_zones());
  ASSERT_TRUE(grams);
  EXPECT_DOUBLE_EQ(grams->grams(), 200);
}

TEST(PlacementEmissions, TwoCopiesAtOnceOrAnUnknownZoneAreErrors) {
  Placement placement = {
      .stretches = {{.zone = ZoneId{"A"}, .window = {at("2022-03-01T00Z"), at("2022-03-01T02Z")}},
                    {.zone = ZoneId{"B"}, .window = {at("2022-03-01T01Z"), at("2022-03-01T04Z")}}},
      .moves = {}};
  EXPECT_EQ(emissions(placement, kKilowatt, two_zones()).error().code, Code::kInvalid);
  placement.stretches = {
      {.zone = ZoneId{"C"}, .window = {at("2022-03-01T01Z"), at("2022-03-01T04Z")}}};
  EXPECT_EQ(emissions(placement, kKilowatt, two_zones()).error().code, Code::kNotFound);
}

TEST(PlacementEmissions, DirectAndLifecycleAreNotMixed) {
  SeriesByZone series = two_zones();
  series.begin()->second.scope = carbon::Scope::kLifecycle;
  EXPECT_EQ(emissions(Placement{}, kKilowatt, series).error().code, Code::kConflict);
}

RC_GTEST_PROP(EmissionsLaws, AddOverTime, ()) {
  const auto series = carbon::fill_gaps(*any_series(), carbon::GapPolicy::kRecommended).series;
  const auto milliseconds = (series.end() - series.start).count();
  std::vector<Instant> cuts;
  for (int i = 0; i < 3; ++i) {
    cuts.push_back(series.start + Duration{*rc::gen::inRange<Duration::rep>(0, milliseconds + 1)});
  }
  std::ranges::sort(cuts);
  const Power power = Power::watts(*rc::gen::inRange(0, 5000));
  const auto whole = emissions(series, power, {cuts[0], cuts[2]});
  const auto first = emissions(series, power, {cuts[0], cuts[1]});
  const auto second = emissions(series, power, {cuts[1], cuts[2]});
  RC_ASSERT(whole.has_value() == (first.has_value() && second.has_value()));
  if (whole) {
    RC_ASSERT(std::abs(whole->grams() - first->grams() - second->grams()) <=
              1e-9 * (1 + whole->grams()));
  }
}

RC_GTEST_PROP(EmissionsLaws, AnErrorExactlyWhenTheWindowTouchesAGap, ()) {
  const auto series = *any_series(30);
  const auto hours = static_cast<int>(series.values.size());
  const auto first = *rc::gen::inRange(0, hours);
  const auto last = *rc::gen::inRange(first, hours) + 1;
  const Window window = {series.start + std::chrono::hours{first},
                         series.start + std::chrono::hours{last}};
  const bool gap = std::any_of(series.values.begin() + first, series.values.begin() + last,
                               [](const auto& value) { return !value; });
  RC_ASSERT(emissions(series, kKilowatt, window).has_value() == !gap);
}

}  // namespace
}  // namespace drover::energy
