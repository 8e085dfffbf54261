#include "energy/baselines.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "carbon/synthetic.h"
#include "carbon/testing/times.h"

namespace drover::energy {
namespace {

using carbon::testing::at;
using carbon::testing::hourly;
using carbon::testing::kGap;

constexpr Power kKilowatt = Power::watts(1000);
const Window kFourHours = {at("2022-03-01T00Z"), at("2022-03-01T04Z")};

SeriesByZone two_zones() {
  return {{ZoneId{"A"}, hourly("A", "2022-03-01T00:00:00Z", {100, 200, 300, 400})},
          {ZoneId{"B"}, hourly("B", "2022-03-01T00:00:00Z", {400, 300, 200, 0})}};
}

TEST(Baselines, StayBestFixedAndOptimum) {
  const auto result = baselines(two_zones(), kKilowatt, kFourHours);
  ASSERT_TRUE(result) << result.error().what;
  EXPECT_DOUBLE_EQ(result->stay.at(ZoneId{"A"}).grams(), 1000);
  EXPECT_DOUBLE_EQ(result->stay.at(ZoneId{"B"}).grams(), 900);
  EXPECT_EQ(result->best_fixed_zone, ZoneId{"B"});
  EXPECT_DOUBLE_EQ(result->best_fixed.grams(), 900);
  EXPECT_DOUBLE_EQ(result->optimum.grams(), 100 + 200 + 200 + 0);
  EXPECT_EQ(result->optimum_moves, 1U);
}

TEST(Baselines, ZonesMayHaveDifferentSteps) {
  SeriesByZone series = two_zones();
  auto& quarters = series[ZoneId{"C"}] = hourly("C", "2022-03-01T00:00:00Z", {0, 1000, 1000, 1000});
  quarters.step = std::chrono::minutes{15};
  const auto result = baselines(series, kKilowatt, {at("2022-03-01T00Z"), at("2022-03-01T01Z")});
  ASSERT_TRUE(result) << result.error().what;
  EXPECT_DOUBLE_EQ(result->optimum.grams(), 75);
}

TEST(Baselines, TheOptimumDoesNotMoveBetweenEquals) {
  const SeriesByZone series{
      {ZoneId{"A"}, hourly("A", "2022-03-01T00:00:00Z", {5, 9, 5, 7})},
      {ZoneId{"B"}, hourly("B", "2022-03-01T00:00:00Z", {8, 5, 5, 7})},
  };
  EXPECT_EQ(baselines(series, kKilowatt, kFourHours)->optimum_moves, 1U);
}

TEST(Baselines, TiesGoToTheFirstZone) {
  const auto same = baselines({{ZoneId{"A"}, hourly("A", "2022-03-01T00:00:00Z", {5})},
                               {ZoneId{"B"}, hourly("B", "2022-03-01T00:00:00Z", {5})}},
                              kKilowatt, {at("2022-03-01T00Z"), at("2022-03-01T01Z")});
  EXPECT_EQ(same->best_fixed_zone, ZoneId{"A"});
}

TEST(Baselines, AGapInAnyZoneNoZonesAndMixedScopesAreErrors) {
  SeriesByZone series = two_zones();
  series[ZoneId{"C"}] = hourly("C", "2022-03-01T00:00:00Z", {1, 2, kGap, 4});
  const auto gap = baselines(series, kKilowatt, kFourHours);
  ASSERT_FALSE(gap);
  EXPECT_NE(gap.error().what.find("zone C is unknown at 2022-03-01T02:00:00Z"), std::string::npos)
      << gap.error().what;
  series[ZoneId{"C"}].scope = carbon::Scope::kLifecycle;
  EXPECT_EQ(baselines(series, kKilowatt, kFourHours).error().code, Code::kConflict);
  EXPECT_EQ(baselines({}, kKilowatt, kFourHours).error().code, Code::kInvalid);
}

TEST(Efficiency, ZeroIsNoTrap) {
  EXPECT_EQ(efficiency(Carbon::grams(0), Carbon::grams(0)), 1.0);
  EXPECT_EQ(efficiency(Carbon::grams(0), Carbon::grams(7)), 0.0);
  EXPECT_EQ(efficiency(Carbon::grams(3), Carbon::grams(4)), 0.75);
  EXPECT_EQ(efficiency(Carbon::grams(3), Carbon::grams(3 * (1 - 1e-12))), 1.0) << "rounding only";
}

TEST(Efficiency, MoreThanAHundredPercentIsADefectNotAResult) {
  EXPECT_EQ(efficiency(Carbon::grams(10), Carbon::grams(9)).error().code, Code::kInternal);
}

RC_GTEST_PROP(BaselinesLaws, OptimumIsAtMostBestFixedWhichIsAtMostAnyStay, ()) {
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  const Instant from = at("2022-01-01T00Z") + std::chrono::hours{*rc::gen::inRange(0, 8000)};
  const Window window = {from, from + std::chrono::minutes{*rc::gen::inRange(0, 72 * 60)}};
  SeriesByZone series;
  const auto zones = carbon::synthetic_zone_set("us7");
  for (const ZoneId& zone : *zones) {
    series[zone] = *carbon::synthetic_series(zone, from, from + std::chrono::hours{72}, seed);
  }
  const auto result = *baselines(series, kKilowatt, window);
  for (const auto& [zone, stay] : result.stay) {
    RC_ASSERT(result.best_fixed <= stay);
    RC_ASSERT(efficiency(result.optimum, stay).has_value());
  }
  RC_ASSERT(*efficiency(result.optimum, result.best_fixed) <= 1.0);
}

}  // namespace
}  // namespace drover::energy
