// The WattTime provider against a server that answers as documented.
#include <format>

#include <gtest/gtest.h>

#include "carbon/gridapi/service_test.h"

namespace drover::carbon::gridapi {
namespace {

using os::testing::FailsWith;
using os::testing::IsOk;
using std::chrono::minutes;

constexpr const char* kLogin = "/login";
constexpr const char* kHistorical = "/v3/historical";
constexpr const char* kForecast = "/v3/forecast";
constexpr const char* kRegion = "/v3/region-from-loc";

std::string document(Instant first, int count, const std::string& more = "") {
  std::string points;
  for (int i = 0; i < count; ++i) {
    points += std::format(R"({}{{"point_time":"{}","value":{}}})", i == 0 ? "" : ",",
                          format_time(first + minutes{5} * i), 1000);
  }
  return std::format(
      R"({{"data":[{}],"meta":{{"region":"CAISO_NORTH","signal_type":"co2_moer",
          "units":"lbs_co2_per_mwh","data_point_period_seconds":300{}}}}})",
      points, more);
}

class WattTimeProvider : public ::testing::Test {
 protected:
  WattTimeProvider() {
    service_.on(kLogin, R"({"token":"t0ken-one"})");
    service_.on(kLogin, R"({"token":"t0ken-two"})");
  }

  std::string authorization(std::size_t request) {
    return service_.seen().at(request).headers.at("authorization");
  }

  Service service_;
  std::unique_ptr<Provider> provider_ = service_.provider("watttime");
  Feed feed_{.zone = ZoneId{"CAL"}, .remote = "CAISO_NORTH", .signal = "co2_moer"};
};

TEST_F(WattTimeProvider, LogsInOnceAndMakesHoursOfPoints) {
  service_.on(kHistorical, document(at("2024-03-01T08:30Z"), 22));
  const auto data = provider_->recent(feed_, service_.clock.now());
  ASSERT_THAT(data, IsOk());
  ASSERT_EQ(data->series.size(), 1);
  const auto& series = data->series[0];
  EXPECT_EQ(series.zone.str(), "CAL");
  EXPECT_EQ(series.kind, Kind::kMarginal);
  EXPECT_EQ(series.step, std::chrono::hours{1});
  EXPECT_EQ(series.start, at("2024-03-01T09:00Z"));
  ASSERT_EQ(series.values.size(), 1);
  EXPECT_NEAR(series.values[0]->grams_per_kwh(), 453.59237, 1e-9);
  EXPECT_EQ(authorization(0), "Basic bWU6bXktcGFzc3cwcmQ=");
  EXPECT_EQ(authorization(1), "Bearer t0ken-one");
  EXPECT_EQ(service_.targets()[1],
            "/v3/historical?start=2024-02-29T09:00Z&end=2024-03-01T11:00Z&region=CAISO_NORTH"
            "&signal_type=co2_moer");
  EXPECT_THAT(provider_->recent(feed_, service_.clock.now()), IsOk());
  EXPECT_EQ(service_.targets().size(), 3);
}

TEST_F(WattTimeProvider, AnOldTokenIsRenewedBeforeItExpires) {
  service_.on(kHistorical, document(at("2024-03-01T08:00Z"), 12));
  EXPECT_THAT(provider_->recent(feed_, service_.clock.now()), IsOk());
  service_.clock.advance(minutes{29});
  EXPECT_THAT(provider_->recent(feed_, service_.clock.now()), IsOk());
  EXPECT_EQ(service_.targets()[2], kLogin);
  EXPECT_EQ(authorization(3), "Bearer t0ken-two");
}

TEST_F(WattTimeProvider, ARefusedTokenIsReplacedOnce) {
  service_.on(kHistorical, {.status = 401, .body = R"({"error":"token expired"})"});
  service_.on(kHistorical, document(at("2024-03-01T08:00Z"), 12));
  EXPECT_THAT(provider_->recent(feed_, service_.clock.now()), IsOk());
  EXPECT_EQ(service_.targets().size(), 4);
  EXPECT_EQ(authorization(3), "Bearer t0ken-two");
}

TEST_F(WattTimeProvider, ATokenThatIsRefusedTwiceIsAnError) {
  service_.on(kHistorical, {.status = 401, .body = R"({"error":"no"})"});
  EXPECT_THAT(provider_->recent(feed_, service_.clock.now()), FailsWith(Code::kInvalid, "401"));
  EXPECT_EQ(service_.targets().size(), 4);
}

TEST_F(WattTimeProvider, AWrongPasswordIsToldWithoutIt) {
  service_.forget(kLogin);
  service_.on(kLogin,
              {.status = 401, .body = "me:my-passw0rd (bWU6bXktcGFzc3cwcmQ=) is not known here"});
  const auto data = provider_->recent(feed_, service_.clock.now());
  EXPECT_THAT(data, FailsWith(Code::kInvalid, "logging in: the service answers 401"));
  EXPECT_FALSE(data.error().what.contains("passw0rd")) << data.error().what;
  EXPECT_FALSE(data.error().what.contains("bWU6")) << data.error().what;
}

TEST_F(WattTimeProvider, AnAnswerThatRepeatsTheTokenDoesNotGiveItAway) {
  service_.on(kHistorical, {.status = 403, .body = R"({"message":"t0ken-one may not do this"})"});
  const auto data = provider_->recent(feed_, service_.clock.now());
  EXPECT_THAT(data, FailsWith(Code::kInvalid, "*** may not do this"));
  EXPECT_FALSE(data.error().what.contains("t0ken-one"));
}

TEST_F(WattTimeProvider, HistoryIsAskedInPiecesOfThirtyDays) {
  service_.on(kHistorical, document(at("2024-01-01T00:00Z"), 12));
  ASSERT_THAT(provider_->history(feed_, at("2024-01-01T00:00Z"), at("2024-02-15T12:00Z")), IsOk());
  const auto targets = service_.targets();
  ASSERT_EQ(targets.size(), 3);
  EXPECT_TRUE(targets[1].contains("start=2024-01-01T00:00Z&end=2024-01-31T00:00Z")) << targets[1];
  EXPECT_TRUE(targets[2].contains("start=2024-01-31T00:00Z&end=2024-02-15T12:00Z")) << targets[2];
}

TEST_F(WattTimeProvider, AForecastHasWholeHoursFromItsIssueOn) {
  service_.on(kForecast, document(at("2024-03-01T10:20Z"), 12 * 3,
                                  R"(,"generated_at":"2024-03-01T10:20:00+00:00")"));
  const auto data = provider_->forecast(feed_, service_.clock.now());
  ASSERT_THAT(data, IsOk());
  ASSERT_EQ(data->forecasts.size(), 1);
  EXPECT_EQ(data->forecasts[0].issued, at("2024-03-01T10:20Z"));
  EXPECT_EQ(data->forecasts[0].values.start, at("2024-03-01T11:00Z"));
  EXPECT_EQ(data->forecasts[0].values.values.size(), 2);
}

TEST_F(WattTimeProvider, APlacesRegionIsAskedForOnce) {
  feed_.remote = "37.8,-122.4";
  service_.on(kRegion, R"({"region":"CAISO_NORTH","signal_type":"co2_moer"})");
  service_.on(kHistorical, document(at("2024-03-01T08:00Z"), 12));
  EXPECT_THAT(provider_->recent(feed_, service_.clock.now()), IsOk());
  EXPECT_THAT(provider_->recent(feed_, service_.clock.now()), IsOk());
  EXPECT_EQ(service_.targets()[1],
            "/v3/region-from-loc?latitude=37.8&longitude=-122.4&signal_type=co2_moer");
  EXPECT_EQ(service_.targets().size(), 4);
}

TEST_F(WattTimeProvider, AnotherUnitOrSignalOrRegionIsNotTaken) {
  auto wrong = document(at("2024-03-01T08:00Z"), 12);
  const auto replaced = [&](const std::string& from, const std::string& to) {
    auto text = wrong;
    text.replace(text.find(from), from.size(), to);
    service_.forget(kHistorical);
    service_.on(kHistorical, text);
    return provider_->recent(feed_, service_.clock.now());
  };
  EXPECT_THAT(replaced("lbs_co2_per_mwh", "tonnes"), FailsWith(Code::kInvalid, "tonnes"));
  EXPECT_THAT(replaced("co2_moer", "co2_aoer"), FailsWith(Code::kConflict, "average"));
  EXPECT_THAT(replaced("CAISO_NORTH", "PJM_DC"), FailsWith(Code::kConflict, "PJM_DC"));
}

}  // namespace
}  // namespace drover::carbon::gridapi
