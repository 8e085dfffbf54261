#include "cli/carbon_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "carbon/registry.h"
#include "carbon/sqlite/sqlite_store.h"
#include "os/testing/temp_dir.h"

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

// Half hours of a store, and the provider's own forecast of them.
class LiveSource : public ::testing::Test {
 protected:
  LiveSource() : store_(*carbon::open_sqlite_store(folder_ / "carbon.db")) {
    carbon::Series series;
    series.zone = ZoneId{"GB"};
    series.step = std::chrono::minutes{30};
    series.source = "uk";
    series.start = hour_ - std::chrono::hours{48};
    for (int i = 0; i < 98; ++i) {
      series.values.push_back(Intensity::grams_per_kwh(100 + (2 * (i % 2))));
    }
    EXPECT_TRUE(store_->write({series}, kNow));
    carbon::Series expected = series.without_values();
    expected.start = hour_;
    expected.values.assign(12, Intensity::grams_per_kwh(55));
    EXPECT_TRUE(store_->write_forecasts({{.issued = hour_, .values = expected}}));
  }

  const Instant hour_ = *parse_time("2021-03-04T05:00:00Z");
  os::testing::TempDir folder_;
  std::unique_ptr<carbon::Store> store_;
};

TEST_F(LiveSource, IsReadAsHoursAndForecastByWhoFetchedIt) {
  const cluster::local::CarbonEntry entry{.store = folder_ / "carbon.db", .source = "uk"};
  EXPECT_EQ(CarbonSource::make(entry)->intensity(ZoneId{"GB"}, kNow),
            Intensity::grams_per_kwh(101));
  CarbonForecasts forecasts(*CarbonSource::make(entry), *carbon::make_forecaster("provider"));
  const auto issued =
      forecasts.issue({.zones = {ZoneId{"GB"}}, .now = kNow, .horizon = std::chrono::hours{8}});
  ASSERT_TRUE(issued) << issued.error().what;
  ASSERT_TRUE(issued->zones.contains(ZoneId{"GB"})) << issued->missing.begin()->second;
  const auto& forecast = issued->zones.at(ZoneId{"GB"});
  EXPECT_EQ(forecast.step, std::chrono::hours{1});
  EXPECT_EQ(forecast.model, "provider");
  ASSERT_EQ(forecast.mean.size(), 8U);
  EXPECT_EQ(forecast.mean[5], Intensity::grams_per_kwh(55));
  EXPECT_EQ(forecast.mean[7], Intensity::grams_per_kwh(101)) << "beyond their horizon it is ours";
}

TEST_F(LiveSource, AnotherSourceIsNotMixedIn) {
  const auto source =
      CarbonSource::make({.store = folder_ / "carbon.db", .source = "electricitymaps"});
  ASSERT_TRUE(source);
  EXPECT_FALSE(source->intensity(ZoneId{"GB"}, kNow));
}

TEST_F(LiveSource, AStoreThatIsFetchedIntoIsMade) {
  const std::string fresh = folder_ / "fresh.db";
  EXPECT_FALSE(CarbonSource::make({.store = fresh}));
  EXPECT_TRUE(CarbonSource::make({.store = fresh, .providers = folder_ / "carbon.yaml"}));
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
