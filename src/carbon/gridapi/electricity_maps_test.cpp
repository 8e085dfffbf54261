// The Electricity Maps provider against a server that answers as documented.
#include <format>

#include <gtest/gtest.h>

#include "carbon/gridapi/service_test.h"

namespace drover::carbon::gridapi {
namespace {

using os::testing::FailsWith;
using os::testing::IsOk;

constexpr const char* kLatest = "/v3/carbon-intensity/latest";
constexpr const char* kHistory = "/v3/carbon-intensity/history";
constexpr const char* kRange = "/v3/carbon-intensity/past-range";
constexpr const char* kForecast = "/v3/carbon-intensity/forecast";

// Hourly points from `first` on, of values 300, 301, ...
std::string points(Instant first, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    text += std::format(R"({}{{"datetime":"{}","carbonIntensity":{},"isEstimated":{},
                              "estimationMethod":null,"emissionFactorType":"direct"}})",
                        i == 0 ? "" : ",", format_time(first + std::chrono::hours{i}), 300 + i,
                        i == count - 1);
  }
  return text;
}

class ElectricityMapsProvider : public ::testing::Test {
 protected:
  Service service_;
  std::unique_ptr<Provider> provider_ = service_.provider("electricitymaps");
  Feed feed_{.zone = ZoneId{"CAL"}, .remote = "US-CAL-CISO", .signal = "direct"};
};

TEST_F(ElectricityMapsProvider, RecentIsTheLastDayAndTheNewestValueUnderOurName) {
  service_.on(kHistory, std::format(R"({{"zone":"US-CAL-CISO","history":[{}]}})",
                                    points(at("2024-02-29T10:00Z"), 24)));
  service_.on(kLatest, R"({"zone":"US-CAL-CISO","carbonIntensity":466,
      "datetime":"2024-03-01T10:00:00.000Z","updatedAt":"2024-03-01T09:47:16.000Z",
      "emissionFactorType":"direct","isEstimated":true,"estimationMethod":"TIME_SLICER_AVERAGE"})");
  const auto data = provider_->recent(feed_, service_.clock.now());
  ASSERT_THAT(data, IsOk());
  ASSERT_EQ(data->series.size(), 2);
  EXPECT_EQ(data->series[0].zone.str(), "CAL");
  EXPECT_EQ(data->series[0].values.size(), 24);
  EXPECT_EQ(data->series[0].basis, Basis::kConsumption);
  EXPECT_EQ(data->series[1].start, at("2024-03-01T10:00Z"));
  EXPECT_TRUE(data->series[1].is_estimated(0));
  EXPECT_EQ(service_.targets()[0],
            "/v3/carbon-intensity/history?zone=US-CAL-CISO&emissionFactorType=direct");
  EXPECT_EQ(service_.seen()[0].headers.at("auth-token"), kTestToken);
}

TEST_F(ElectricityMapsProvider, HistoryIsAskedInPiecesOfTenDays) {
  service_.on(kRange, R"({"zone":"US-CAL-CISO","data":[]})");
  service_.forget(kRange);
  service_.on(kRange, std::format(R"({{"zone":"US-CAL-CISO","data":[{}]}})",
                                  points(at("2024-01-01T00:00Z"), 240)));
  service_.on(kRange, std::format(R"({{"zone":"US-CAL-CISO","data":[{}]}})",
                                  points(at("2024-01-11T00:00Z"), 24)));
  const auto data = provider_->history(feed_, at("2024-01-01T00:00Z"), at("2024-01-12T00:00Z"));
  ASSERT_THAT(data, IsOk());
  EXPECT_EQ(data->series.size(), 2);
  const std::string query = "zone=US-CAL-CISO&emissionFactorType=direct&start=";
  EXPECT_EQ(service_.targets(),
            (std::vector<std::string>{
                std::format("{}?{}2024-01-01T00:00Z&end=2024-01-11T00:00Z", kRange, query),
                std::format("{}?{}2024-01-11T00:00Z&end=2024-01-12T00:00Z", kRange, query)}));
}

TEST_F(ElectricityMapsProvider, AForecastIsTaggedAsRequested) {
  service_.on(kForecast, R"({"zone":"US-CAL-CISO","updatedAt":"2024-03-01T10:05:00.000Z",
      "temporalGranularity":"hourly","forecast":[
      {"datetime":"2024-03-01T10:00:00Z","carbonIntensity":210},
      {"datetime":"2024-03-01T11:00:00Z","carbonIntensity":-1},
      {"datetime":"2024-03-01T12:00:00Z","carbonIntensity":190}]})");
  const auto data = provider_->forecast(feed_, service_.clock.now());
  ASSERT_THAT(data, IsOk());
  ASSERT_EQ(data->forecasts.size(), 1);
  const auto& forecast = data->forecasts[0];
  EXPECT_EQ(forecast.issued, at("2024-03-01T10:05Z"));
  EXPECT_EQ(forecast.values.scope, Scope::kDirect);
  EXPECT_EQ(forecast.values.zone.str(), "CAL");
  EXPECT_EQ(forecast.values.values.at(1), Intensity{});
}

TEST_F(ElectricityMapsProvider, APlaceIsAskedForByItsCoordinates) {
  feed_.remote = "37.8,-122.4";
  service_.on(kForecast, R"({"zone":"US-CAL-CISO","updatedAt":"2024-03-01T10:05:00Z",
      "forecast":[{"datetime":"2024-03-01T11:00:00Z","carbonIntensity":1}]})");
  const auto data = provider_->forecast(feed_, service_.clock.now());
  ASSERT_THAT(data, IsOk());
  EXPECT_EQ(data->forecasts.at(0).values.zone.str(), "CAL");
  EXPECT_EQ(service_.targets().at(0),
            "/v3/carbon-intensity/forecast?lat=37.8&lon=-122.4"
            "&emissionFactorType=direct");
}

TEST_F(ElectricityMapsProvider, ErrorsNameTheProviderTheZoneAndTheSignal) {
  service_.on(kHistory, {.status = 401, .body = R"({"error":"Invalid auth-token"})"});
  EXPECT_THAT(provider_->recent(feed_, service_.clock.now()),
              FailsWith(Code::kInvalid,
                        "test-electricitymaps: zone CAL, direct: the service answers 401: "
                        "'Invalid auth-token'"));
  service_.forget(kHistory);
  service_.on(kHistory, R"({"zone":"US-CAL-CISO","history":[{"datetime":1}]})");
  EXPECT_THAT(provider_->recent(feed_, service_.clock.now()),
              FailsWith(Code::kInvalid, "history of zone CAL: history[0].datetime"));
  service_.forget(kHistory);
  service_.on(kHistory, "<html>busy</html>");
  EXPECT_THAT(provider_->recent(feed_, service_.clock.now()),
              FailsWith(Code::kInvalid, "is no JSON"));
}

TEST_F(ElectricityMapsProvider, AnEchoedTokenIsInNoMessageOfAParser) {
  for (const std::string& body :
       {std::format(R"({{"error":"{}"}})", kTestToken),
        std::format(R"({{"zone":"{}","history":[]}})", kTestToken),
        std::format(R"({{"zone":"US-CAL-CISO","history":[{{"datetime":"{}",
                        "carbonIntensity":1}}]}})",
                    kTestToken),
        std::format("{}", kTestToken)}) {
    service_.forget(kHistory);
    service_.on(kHistory, body);
    const auto data = provider_->recent(feed_, service_.clock.now());
    ASSERT_FALSE(data) << body;
    EXPECT_FALSE(data.error().what.contains("s3cret")) << data.error().what;
  }
}

}  // namespace
}  // namespace drover::carbon::gridapi
