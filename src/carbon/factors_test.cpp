#include "carbon/factors.h"

#include <format>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace drover::carbon {
namespace {

constexpr Fuel kAll[] = {Fuel::kCoal,       Fuel::kGas,   Fuel::kOil,     Fuel::kBiomass,
                         Fuel::kGeothermal, Fuel::kHydro, Fuel::kNuclear, Fuel::kSolar,
                         Fuel::kWind,       Fuel::kOther};

TEST(Factors, TheMixOfOneHourGivesThePublishedIntensity) {
  Mix mix(Scope::kDirect);
  mix.add(Fuel::kCoal, 12);
  mix.add(Fuel::kGas, 7290);
  mix.add(Fuel::kOil, 91);
  mix.add(Fuel::kNuclear, 11294 - 12 - 7290 - 91);
  EXPECT_NEAR(mix.intensity()->grams_per_kwh(), 242.9, 0.05);
}

TEST(Factors, NothingGeneratedIsUnknownAndNotClean) {
  Mix mix(Scope::kDirect);
  EXPECT_FALSE(mix.intensity());
  mix.add(Fuel::kWind, 0);
  EXPECT_FALSE(mix.intensity());
  mix.add(Fuel::kWind, 1);
  EXPECT_EQ(mix.intensity(), Intensity{});
}

TEST(Factors, BuildingAndFuelOnlyAddToTheStack) {
  for (const Fuel fuel : kAll) {
    EXPECT_LT(emission_factor(fuel, Scope::kDirect), emission_factor(fuel, Scope::kLifecycle));
  }
}

TEST(Factors, EveryProductionTypeOfThePlatformIsKnown) {
  for (int type = 1; type <= 20; ++type) {
    EXPECT_TRUE(fuel_of_psr_type(std::format("B{:02}", type))) << type;
  }
  EXPECT_EQ(fuel_of_psr_type("B04"), Fuel::kGas);
  EXPECT_EQ(fuel_of_psr_type("B14"), Fuel::kNuclear);
  EXPECT_EQ(fuel_of_psr_type("B25"), Fuel::kOther);
  for (const auto* other : {"", "B", "B4", "B99", "b04", "A04"}) {
    EXPECT_FALSE(fuel_of_psr_type(other)) << other;
  }
}

RC_GTEST_PROP(Factors, AMixIsBetweenItsCleanestAndItsDirtiest, ()) {
  const Scope scope = *rc::gen::element(Scope::kDirect, Scope::kLifecycle);
  Mix mix(scope);
  double lowest = 1e9;
  double highest = 0;
  for (const Fuel fuel : *rc::gen::nonEmpty(rc::gen::container<std::vector<Fuel>>(
           rc::gen::elementOf(std::vector<Fuel>(std::begin(kAll), std::end(kAll)))))) {
    mix.add(fuel, *rc::gen::inRange(1, 100000));
    lowest = std::min(lowest, emission_factor(fuel, scope).grams_per_kwh());
    highest = std::max(highest, emission_factor(fuel, scope).grams_per_kwh());
  }
  const double grams = mix.intensity()->grams_per_kwh();
  RC_ASSERT(grams >= lowest - 1e-6 && grams <= highest + 1e-6);
}

}  // namespace
}  // namespace drover::carbon
