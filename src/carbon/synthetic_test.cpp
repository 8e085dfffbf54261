#include "carbon/synthetic.h"

#include <algorithm>
#include <array>

#include <gtest/gtest.h>

#include "carbon/testing/times.h"

namespace drover::carbon {
namespace {

using testing::at;

struct Golden {
  const char* zone;
  std::array<double, 3> winter;  // 2025-01-01 00:00, 01:00, 02:00
  std::array<double, 3> summer;  // 2025-06-16 16:00, 17:00, 18:00
};

void PrintTo(const Golden& golden, std::ostream* out) { *out << golden.zone; }

class SyntheticGolden : public ::testing::TestWithParam<Golden> {};

void expect_values(const char* zone, const char* from, const std::array<double, 3>& expected) {
  const auto series = synthetic_series(ZoneId{zone}, at(from), at(from) + std::chrono::hours{3}, 1);
  ASSERT_TRUE(series) << series.error().what;
  ASSERT_EQ(series->values.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(series->values[i], Intensity::grams_per_kwh(expected[i]))
        << zone << " " << from << " + " << i;
  }
}

TEST_P(SyntheticGolden, EveryZoneHasItsPublishedValues) {
  expect_values(GetParam().zone, "2025-01-01T00:00:00Z", GetParam().winter);
  expect_values(GetParam().zone, "2025-06-16T16:00:00Z", GetParam().summer);
}

INSTANTIATE_TEST_SUITE_P(
    AllZones, SyntheticGolden,
    ::testing::Values(Golden{"SYN-US-NE-ISNE", {230.9, 225.4, 212.0}, {192.5, 204.3, 216.8}},
                      Golden{"SYN-US-TEN-TVA", {275.5, 272.8, 270.3}, {312.9, 295.6, 294.3}},
                      Golden{"SYN-US-CENT-SWPP", {699.0, 699.0, 699.0}, {518.5, 511.6, 495.9}},
                      Golden{"SYN-US-CENT-SPA", {250.7, 256.6, 317.6}, {0.0, 0.0, 0.0}},
                      Golden{"SYN-US-CAL-CISO", {233.4, 250.9, 276.3}, {134.8, 129.3, 104.5}},
                      Golden{"SYN-US-CAR-DUK", {250.9, 247.0, 252.1}, {184.3, 188.3, 199.5}},
                      Golden{"SYN-US-NY-NYIS", {240.1, 238.3, 229.8}, {210.7, 219.6, 217.7}},
                      Golden{"SYN-GB", {35.4, 42.8, 49.8}, {88.3, 108.3, 130.6}},
                      Golden{"SYN-FR", {33.1, 33.2, 32.1}, {61.3, 65.2, 68.8}},
                      Golden{"SYN-DE", {401.4, 417.4, 427.5}, {234.1, 275.0, 322.6}}));

TEST(Synthetic, TheFirstNormalsAreThePublishedOnes) {
  EXPECT_NEAR(synthetic_normal(1, "US-NE-ISNE/slow", 0), 0.25445557, 5e-9);
  EXPECT_NEAR(synthetic_normal(1, "US-NE-ISNE/slow", 1), -0.04881287, 5e-9);
  EXPECT_NEAR(synthetic_normal(1, "US-NE-ISNE/slow", 2), -0.21617126, 5e-9);
}

TEST(Synthetic, IsLabelledInZoneAndSource) {
  EXPECT_EQ(synthetic_zones().size(), 10);
  for (const auto& zone : synthetic_zones()) {
    EXPECT_TRUE(is_synthetic(zone)) << zone.str();
    const auto series = synthetic_series(zone, at("2022-01-01T00Z"), at("2022-01-01T05Z"), 7);
    ASSERT_TRUE(series);
    EXPECT_EQ(series->source, "synthetic");
    EXPECT_EQ(series->zone, zone);
  }
  EXPECT_FALSE(is_synthetic(ZoneId{"US-NE-ISNE"}));
}

TEST(Synthetic, AnHourDoesNotDependOnTheWindowAskedFor) {
  const ZoneId zone{"SYN-DE"};
  const auto year = synthetic_series({.zone = zone,
                                      .from = at("2023-01-01T00Z"),
                                      .to = at("2024-01-01T00Z"),
                                      .gap_probability = 0.01});
  const auto week = synthetic_series({.zone = zone,
                                      .from = at("2023-05-01T00Z"),
                                      .to = at("2023-05-08T00Z"),
                                      .gap_probability = 0.01});
  ASSERT_TRUE(year && week);
  EXPECT_EQ(slice(*year, week->start, week->end())->values, week->values);
}

TEST(Synthetic, LifecycleFollowsDirectAndIsNeverZero) {
  SyntheticQuery query = {
      .zone = ZoneId{"SYN-US-CENT-SPA"}, .from = at("2025-06-16T16Z"), .to = at("2025-06-16T17Z")};
  query.scope = Scope::kLifecycle;
  EXPECT_EQ(synthetic_series(query)->values[0], Intensity::grams_per_kwh(24.0));
  query.zone = ZoneId{"SYN-US-NE-ISNE"};  // 35.0 + 1.231 * 192.5 = 271.97
  EXPECT_EQ(synthetic_series(query)->values[0], Intensity::grams_per_kwh(272.0));
  EXPECT_EQ(synthetic_series(query)->scope, Scope::kLifecycle);
}

TEST(Synthetic, GapsAreAbsentByDefaultAndAsFrequentAsAsked) {
  SyntheticQuery query = {
      .zone = ZoneId{"SYN-GB"}, .from = at("2021-01-01T00Z"), .to = at("2023-01-01T00Z")};
  const auto count_gaps = [](const Series& series) {
    return std::ranges::count(series.values, std::optional<Intensity>{});
  };
  EXPECT_EQ(count_gaps(*synthetic_series(query)), 0);
  query.gap_probability = 0.01;  // runs of 3.5 h on average, some overlapping
  const auto gaps = count_gaps(*synthetic_series(query));
  EXPECT_GT(gaps, 17520 * 0.025);
  EXPECT_LT(gaps, 17520 * 0.045);
}

TEST(Synthetic, BadArgumentsAreErrorsThatNameTheWayOut) {
  const auto unknown =
      synthetic_series(ZoneId{"SYN-US-NE-ISN"}, at("2022-01-01T00Z"), at("2022-01-02T00Z"), 1);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, Code::kNotFound);
  EXPECT_NE(unknown.error().what.find("did you mean 'SYN-US-NE-ISNE'"), std::string::npos)
      << unknown.error().what;

  EXPECT_FALSE(synthetic_series(ZoneId{"SYN-FR"}, at("2019-12-31T23Z"), at("2020-01-02T00Z"), 1));
  EXPECT_FALSE(
      synthetic_series(ZoneId{"SYN-FR"}, at("2022-01-01T00:30Z"), at("2022-01-02T00Z"), 1));
  EXPECT_FALSE(synthetic_series(ZoneId{"SYN-FR"}, at("2022-01-02T00Z"), at("2022-01-01T00Z"), 1));
  EXPECT_FALSE(synthetic_zone_set("us8"));
  EXPECT_EQ(synthetic_zone_set("us6")->size(), 6);
  EXPECT_EQ(synthetic_zone_set("eu3")->size(), 3);
}

}  // namespace
}  // namespace drover::carbon
