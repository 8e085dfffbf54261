// UK Carbon Intensity, ENTSO-E and the Carbon Aware SDK as providers, against a server that answers
// as documented.
#include <format>

#include <gtest/gtest.h>

#include "carbon/gridapi/service_test.h"

namespace drover::carbon::gridapi {
namespace {

using os::testing::FailsWith;
using os::testing::IsOk;
using std::chrono::hours;

constexpr const char* kHalfHours = R"({"data":[
  {"from":"2024-03-01T09:00Z","to":"2024-03-01T09:30Z",
   "intensity":{"forecast":266,"actual":260,"index":"moderate"}},
  {"from":"2024-03-01T09:30Z","to":"2024-03-01T10:00Z",
   "intensity":{"forecast":266,"actual":270,"index":"moderate"}},
  {"from":"2024-03-01T10:00Z","to":"2024-03-01T10:30Z",
   "intensity":{"forecast":280,"actual":null,"index":"moderate"}},
  {"from":"2024-03-01T10:30Z","to":"2024-03-01T11:00Z",
   "intensity":{"forecast":290,"actual":null,"index":"moderate"}}]})";

TEST(UkProvider, HoursAreMadeOfHalfHoursAndPastForecastsLeftOut) {
  Service service;
  service.on("/intensity/2024-02-29T10:00Z/2024-03-01T11:00Z", kHalfHours);
  const Feed feed{.zone = ZoneId{"UKZ"}, .remote = "GB", .signal = "direct"};
  const auto data = service.provider("uk")->recent(feed, service.clock.now());
  ASSERT_THAT(data, IsOk());
  EXPECT_TRUE(data->forecasts.empty());
  ASSERT_EQ(data->series.size(), 1);
  EXPECT_EQ(data->series[0].zone.str(), "UKZ");
  EXPECT_EQ(data->series[0].step, hours{1});
  ASSERT_EQ(data->series[0].values.size(), 1);
  EXPECT_DOUBLE_EQ(data->series[0].values[0]->grams_per_kwh(), 265);
}

TEST(UkProvider, AForecastWasIssuedWhenItWasReceived) {
  Service service(at("2024-03-01T10:00Z"));
  service.on("/intensity/2024-03-01T10:00Z/fw48h", kHalfHours);
  const Feed feed{.zone = ZoneId{"GB"}, .remote = "GB", .signal = "direct"};
  const auto data = service.provider("uk")->forecast(feed, service.clock.now());
  ASSERT_THAT(data, IsOk());
  EXPECT_TRUE(data->series.empty());
  ASSERT_EQ(data->forecasts.size(), 1);
  EXPECT_EQ(data->forecasts[0].issued, at("2024-03-01T10:00Z"));
  EXPECT_EQ(data->forecasts[0].values.values.at(0), Intensity::grams_per_kwh(285));
}

TEST(UkProvider, ARegionHasForecastsAlone) {
  Service service(at("2024-03-01T10:00Z"));
  service.on("/regional/intensity/2024-03-01T10:00Z/fw48h/regionid/13", R"({"data":{"regionid":13,
    "shortname":"London","data":[
    {"from":"2024-03-01T10:00Z","to":"2024-03-01T10:30Z","intensity":{"forecast":80,"index":"low"}},
    {"from":"2024-03-01T10:30Z","to":"2024-03-01T11:00Z","intensity":{"forecast":90,"index":"low"}}
    ]}})");
  const auto provider = service.provider("uk");
  const Feed feed{.zone = ZoneId{"LON"}, .remote = "13", .signal = "direct"};
  EXPECT_TRUE(provider->recent(feed, service.clock.now())->series.empty());
  const auto data = provider->forecast(feed, service.clock.now());
  ASSERT_THAT(data, IsOk());
  ASSERT_EQ(data->forecasts.size(), 1);
  EXPECT_EQ(data->forecasts[0].values.zone.str(), "LON");
  EXPECT_EQ(data->forecasts[0].values.values.at(0), Intensity::grams_per_kwh(85));
}

TEST(UkProvider, NothingMeasuredYetIsNoError) {
  Service service;
  service.on("/intensity/2024-02-29T10:00Z/2024-03-01T11:00Z", R"({"data":[
    {"from":"2024-03-01T09:00Z","to":"2024-03-01T09:30Z",
     "intensity":{"forecast":266,"actual":null,"index":"moderate"}},
    {"from":"2024-03-01T09:30Z","to":"2024-03-01T10:00Z",
     "intensity":{"forecast":266,"actual":null,"index":"moderate"}}]})");
  const Feed feed{.zone = ZoneId{"GB"}, .remote = "GB", .signal = "direct"};
  const auto data = service.provider("uk")->recent(feed, service.clock.now());
  ASSERT_THAT(data, IsOk());
  EXPECT_TRUE(data->series.empty());
}

TEST(UkProvider, TheServicesErrorIsTold) {
  Service service;
  service.on(
      "/intensity/2024-02-29T10:00Z/2024-03-01T11:00Z",
      {.status = 400, .body = R"({"error":{"code":"400 Bad Request","message":"wrong dates"}})"});
  const Feed feed{.zone = ZoneId{"GB"}, .remote = "GB", .signal = "direct"};
  EXPECT_THAT(service.provider("uk")->recent(feed, service.clock.now()),
              FailsWith(Code::kInvalid, "'wrong dates'"));
}

// Gas and nuclear in France, three hours.
std::string generation() {
  const auto series = [](const char* type, const char* points) {
    return std::format(
        "<TimeSeries><mRID>1</mRID><inBiddingZone_Domain.mRID>10YFR-RTE------C"
        "</inBiddingZone_Domain.mRID><quantity_Measure_Unit.name>MAW</quantity_Measure_Unit.name>"
        "<curveType>A01</curveType><MktPSRType><psrType>{}</psrType></MktPSRType><Period>"
        "<timeInterval><start>2024-03-01T06:00Z</start><end>2024-03-01T08:00Z</end></timeInterval>"
        "<resolution>PT60M</resolution>{}</Period></TimeSeries>",
        type, points);
  };
  const char* points =
      "<Point><position>1</position><quantity>100</quantity></Point>"
      "<Point><position>2</position><quantity>100</quantity></Point>";
  return R"(<?xml version="1.0" encoding="UTF-8"?><GL_MarketDocument><mRID>x</mRID><type>A75</type>)"
         "<process.processType>A16</process.processType>" +
         series("B04", points) + series("B14", points) + "</GL_MarketDocument>";
}

class EntsoeProvider : public ::testing::Test {
 protected:
  Service service_;
  std::unique_ptr<Provider> provider_ = service_.provider("entsoe");
  Feed feed_{.zone = ZoneId{"FRA"}, .remote = "10YFR-RTE------C", .signal = "lifecycle"};
};

TEST_F(EntsoeProvider, GenerationBecomesIntensity) {
  service_.on("/api", generation());
  const auto data = provider_->recent(feed_, service_.clock.now());
  ASSERT_THAT(data, IsOk());
  ASSERT_EQ(data->series.size(), 1);
  EXPECT_EQ(data->series[0].zone.str(), "FRA");
  EXPECT_EQ(data->series[0].basis, Basis::kProduction);
  EXPECT_EQ(data->series[0].scope, Scope::kLifecycle);
  EXPECT_EQ(data->series[0].values.at(0), Intensity::grams_per_kwh(251));
  EXPECT_EQ(service_.targets().at(0),
            "/api?securityToken=s3cret-t0ken%2Fwith%2Bsigns&documentType=A75&processType=A16"
            "&in_Domain=10YFR-RTE------C&periodStart=202402291000&periodEnd=202403011100");
  EXPECT_TRUE(provider_->forecast(feed_, service_.clock.now())->forecasts.empty());
  EXPECT_EQ(service_.targets().size(), 1);
}

TEST_F(EntsoeProvider, NoMatchingDataIsNoError) {
  service_.on("/api", R"(<?xml version="1.0"?><Acknowledgement_MarketDocument><mRID>x</mRID><Reason>
      <code>999</code><text>No matching data found for Data item</text></Reason>
      </Acknowledgement_MarketDocument>)");
  const auto data = provider_->recent(feed_, service_.clock.now());
  ASSERT_THAT(data, IsOk());
  EXPECT_TRUE(data->series.empty());
}

TEST_F(EntsoeProvider, TheTokenIsInNoErrorAlthoughItIsInTheAddress) {
  service_.on("/api", {.status = 401, .body = std::format("<text>{} is wrong</text>", kTestToken)});
  const auto refused = provider_->recent(feed_, service_.clock.now());
  EXPECT_THAT(refused, FailsWith(Code::kInvalid, "*** is wrong"));
  service_.forget("/api");
  service_.on("/api", {.body = "<x/>", .flaw = os::testing::Flaw::kCutBody});
  const auto cut = provider_->recent(feed_, service_.clock.now());
  EXPECT_THAT(cut, FailsWith(Code::kUnavailable, "securityToken=***"));
  for (const auto* error : {&refused.error(), &cut.error()}) {
    EXPECT_FALSE(error->what.contains("s3cret")) << error->what;
  }
}

TEST_F(EntsoeProvider, ABanIsKeptTo) {
  service_.on("/api", {.status = 429});
  EXPECT_THAT(provider_->recent(feed_, service_.clock.now()), FailsWith(Code::kUnavailable, "429"));
  EXPECT_THAT(provider_->recent(feed_, service_.clock.now()),
              FailsWith(Code::kUnavailable, "left alone until 2024-03-01T10:30:00Z"));
  EXPECT_EQ(service_.targets().size(), 1);
}

class CarbonAwareProvider : public ::testing::Test {
 protected:
  Service service_;
  std::unique_ptr<Provider> provider_ = service_.provider("carbonaware");
  Feed feed_{.zone = ZoneId{"EAST"}, .remote = "eastus", .signal = "marginal-direct"};
};

TEST_F(CarbonAwareProvider, EmissionsHaveTheQuantityOfTheSignal) {
  service_.on("/emissions/bylocation", R"([
    {"location":"PJM_DC","time":"2024-03-01T08:00:00Z","rating":100,"duration":"00:30:00"},
    {"location":"PJM_DC","time":"2024-03-01T08:30:00Z","rating":200,"duration":"00:30:00"}])");
  const auto data = provider_->recent(feed_, service_.clock.now());
  ASSERT_THAT(data, IsOk());
  ASSERT_EQ(data->series.size(), 1);
  EXPECT_EQ(data->series[0].zone.str(), "EAST");
  EXPECT_EQ(data->series[0].kind, Kind::kMarginal);
  EXPECT_EQ(data->series[0].scope, Scope::kDirect);
  EXPECT_EQ(data->series[0].values.at(0), Intensity::grams_per_kwh(150));
  EXPECT_EQ(
      service_.targets().at(0),
      "/emissions/bylocation?location=eastus&time=2024-02-29T10:00Z&toTime=2024-03-01T11:00Z");
}

TEST_F(CarbonAwareProvider, AForecastKeepsTheTimeItWasGenerated) {
  service_.on("/emissions/forecasts/current", R"([{"generatedAt":"2024-03-01T10:00:00Z",
    "requestedAt":"2024-03-01T10:20:00Z","location":"eastus","dataStartAt":"2024-03-01T10:00:00Z",
    "dataEndAt":"2024-03-01T12:00:00Z","windowSize":60,"optimalDataPoints":[],"forecastData":[
    {"location":"eastus","timestamp":"2024-03-01T10:00:00Z","duration":60,"value":380},
    {"location":"eastus","timestamp":"2024-03-01T11:00:00Z","duration":60,"value":390}]}])");
  const auto data = provider_->forecast(feed_, service_.clock.now());
  ASSERT_THAT(data, IsOk());
  ASSERT_EQ(data->forecasts.size(), 1);
  EXPECT_EQ(data->forecasts[0].issued, at("2024-03-01T10:00Z"));
  EXPECT_EQ(data->forecasts[0].values.zone.str(), "EAST");
  EXPECT_EQ(data->forecasts[0].values.values.size(), 2);
}

TEST_F(CarbonAwareProvider, NoDataAndASourceThatCannotForecastAreNoErrors) {
  service_.on("/emissions/bylocation", {.status = 204});
  service_.on("/emissions/forecasts/current",
              {.status = 501, .body = R"({"title":"NotImplemented","status":501})"});
  const auto values = provider_->recent(feed_, service_.clock.now());
  ASSERT_THAT(values, IsOk());
  EXPECT_TRUE(values->series.empty());
  const auto expected = provider_->forecast(feed_, service_.clock.now());
  ASSERT_THAT(expected, IsOk());
  EXPECT_TRUE(expected->forecasts.empty());
}

TEST_F(CarbonAwareProvider, ProblemDetailsAreTold) {
  service_.on(
      "/emissions/bylocation",
      {.status = 400, .body = R"({"type":"x","title":"location is unknown","status":400})"});
  EXPECT_THAT(provider_->recent(feed_, service_.clock.now()),
              FailsWith(Code::kInvalid, "location is unknown"));
}

TEST(ProviderTable, NamesAreFoundAndNearOnesSuggested) {
  for (const auto& entry : providers()) {
    EXPECT_EQ(find_provider(entry.name).value(), &entry);
    EXPECT_FALSE(entry.signals.empty());
    EXPECT_GT(entry.point_period, Duration{0});
  }
  EXPECT_THAT(find_provider("watttme"), FailsWith(Code::kNotFound, "did you mean 'watttime'"));
}

}  // namespace
}  // namespace drover::carbon::gridapi
