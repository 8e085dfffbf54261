#include "cli/carbon_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "carbon/registry.h"
#include "carbon/sqlite/sqlite_store.h"

namespace drover::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

const ZoneId kZone{"SYN-US-CAL-CISO"};
const Instant kNow = *parse_time("2021-03-04T05:30:00Z");

cluster::local::ClusterFile cluster_of(const std::string& more) {
  return *cluster::local::parse_cluster_file(
      "nodes:\n- {name: n1, zone: SYN-US-CAL-CISO, cpu: 1, memory: 1Gi}\n" + more, "c.yaml");
}

TEST(CarbonSource, WithoutAStoreItIsTheSyntheticGrid) {
  const auto source = CarbonSource::make({});
  ASSERT_TRUE(source);
  EXPECT_TRUE(source->synthetic());
  EXPECT_TRUE(source->intensity(kZone, kNow));
  EXPECT_FALSE(source->intensity(ZoneId{"nowhere"}, kNow));
}

TEST(CarbonSource, AMissingStoreSaysHowToMakeOne) {
  const auto source = CarbonSource::make({.store = "/nonexistent/carbon.db"});
  ASSERT_FALSE(source);
  EXPECT_EQ(source.error().code, Code::kNotFound);
  EXPECT_THAT(source.error().what,
              HasSubstr("drover carbon import FILE --store /nonexistent/carbon.db"));
}

TEST(CarbonSource, ForecastsSeeOnlyWhatWasBefore) {
  CarbonForecasts forecasts(*CarbonSource::make({}),
                            *carbon::make_forecaster("seasonal-naive-24h"));
  const auto issued = forecasts.issue(
      {.zones = {ZoneId{"nowhere"}, kZone}, .now = kNow, .horizon = std::chrono::hours{6}});
  ASSERT_TRUE(issued) << issued.error().what;
  ASSERT_TRUE(issued->zones.contains(kZone));
  const auto& forecast = issued->zones.at(kZone);
  EXPECT_EQ(forecast.issued, *parse_time("2021-03-04T05:00:00Z"));
  EXPECT_EQ(forecast.mean.size(), 6U);
  const auto yesterday = CarbonSource::make({})->intensity(kZone, kNow - std::chrono::hours{24});
  EXPECT_EQ(forecast.mean.front(), yesterday);
  EXPECT_TRUE(issued->missing.contains(ZoneId{"nowhere"}));
}

TEST(CheckNames, UnknownNamesAreToldWithPlaceAndNearest) {
  EXPECT_TRUE(check_names(cluster_of(""), "c.yaml"));
  auto wrong = cluster_of("policy:\n  name: forcast\n  forecaster: naive\n");
  wrong.nodes[0].zone = ZoneId{"SYN-US-CAL-CIS"};
  const auto checked = check_names(wrong, "c.yaml");
  ASSERT_FALSE(checked);
  EXPECT_THAT(
      checked.error().what,
      AllOf(
          HasSubstr("c.yaml:2: nodes[0].zone: 'SYN-US-CAL-CIS': is not a known zone of the "
                    "synthetic grid; did you mean "
                    "'SYN-US-CAL-CISO'?"),
          HasSubstr(
              "c.yaml:4: policy.name: 'forcast': is not a known policy; did you mean 'forecast'?"),
          HasSubstr("c.yaml:5: policy.forecaster: 'naive': is not a known forecaster")));
}

}  // namespace
}  // namespace drover::cli
