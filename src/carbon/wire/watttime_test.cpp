#include "carbon/wire/watttime.h"

#include <format>
#include <string>

#include <gtest/gtest.h>

#include "os/testing/expect.h"

namespace drover::carbon::wire {
namespace {

using os::testing::FailsWith;
using os::testing::IsOk;

WireOptions options() { return {.document = "wt"}; }

Instant time(std::string_view text) { return parse_time(text).value(); }

double grams(const Series& series, std::size_t slot) {
  return series.values.at(slot).value().grams_per_kwh();
}

std::string meta(const std::string& units = "lbs_co2_per_mwh",
                 const std::string& signal = "co2_moer", const std::string& more = "") {
  return std::format(R"("meta":{{"region":"CAISO_NORTH","signal_type":"{}","units":"{}",
                     "data_point_period_seconds":300{}}})",
                     signal, units, more);
}

// `count` five-minute points from 2024-01-01T00:00 on, with the values 100, 101, ...
std::string points(int count, int first = 0) {
  std::string text;
  for (int i = first; i < first + count; ++i) {
    text += std::format(R"({}{{"point_time":"2024-01-01T{:02}:{:02}:00+00:00","value":{}}})",
                        i == first ? "" : ",", i / 12, i % 12 * 5, 100 + i);
  }
  return text;
}

std::string document(const std::string& data, const std::string& about = meta()) {
  return std::format(R"({{"data":[{}],{}}})", data, about);
}

TEST(WattTime, HistoryIsMarginalDirectAndConvertedFromPounds) {
  const auto answer = parse_watttime(document(points(3)), options());
  ASSERT_THAT(answer, IsOk());
  ASSERT_EQ(answer->series.size(), 1);
  const auto& series = answer->series[0];
  EXPECT_EQ(series.zone.str(), "CAISO_NORTH");
  EXPECT_EQ(series.kind, Kind::kMarginal);
  EXPECT_EQ(series.scope, Scope::kDirect);
  EXPECT_EQ(series.basis, Basis::kUnstated);
  EXPECT_EQ(series.source, "watttime");
  EXPECT_EQ(series.step, std::chrono::minutes{5});
  ASSERT_EQ(series.values.size(), 3);
  EXPECT_DOUBLE_EQ(grams(series, 0), 45.359237);
}

TEST(WattTime, HourlyMeansNeedEveryPointOfTheHour) {
  auto twenty_five = points(25);
  const auto answer = parse_watttime(document(twenty_five), options(), std::chrono::hours{1});
  ASSERT_THAT(answer, IsOk());
  const auto& series = answer->series.at(0);
  EXPECT_EQ(series.step, std::chrono::hours{1});
  ASSERT_EQ(series.values.size(), 2);  // of the third hour one point is there: left out
  EXPECT_NEAR(grams(series, 0), 105.5 * 0.45359237, 1e-9);
  EXPECT_NEAR(grams(series, 1), 117.5 * 0.45359237, 1e-9);
}

TEST(WattTime, UnitsAreReadAndNotGuessed) {
  for (const char* unit : {"kg_co2_per_mwh", "g_co2_per_kwh"}) {
    EXPECT_EQ(
        grams(parse_watttime(document(points(1), meta(unit)), options()).value().series.at(0), 0),
        100);
  }
  for (const char* unit : {"lbs", "LBS_CO2_PER_MWH", "", "$_per_mwh", "mt_co2_per_mwh"}) {
    EXPECT_THAT(parse_watttime(document(points(1), meta(unit)), options()),
                FailsWith(Code::kInvalid, "meta.units"));
  }
}

TEST(WattTime, SignalsThatAreNoIntensityAreRefused) {
  EXPECT_EQ(parse_watttime_signal("co2_aoer"), Kind::kAverage);
  const auto average =
      parse_watttime(document(points(1), meta("lbs_co2_per_mwh", "co2_aoer")), options());
  EXPECT_EQ(average.value().series.at(0).kind, Kind::kAverage);
  EXPECT_THAT(
      parse_watttime(document(points(1), meta("lbs_co2_per_mwh", "health_damage")), options()),
      FailsWith(Code::kInvalid, "health_damage"));
  auto asked = options();
  asked.kind = Kind::kAverage;
  EXPECT_THAT(parse_watttime(document(points(1)), asked),
              FailsWith(Code::kConflict, "about marginal, not average"));
}

TEST(WattTime, AForecastGoesOnAfterItWasGenerated) {
  const auto about =
      meta("lbs_co2_per_mwh", "co2_moer", R"(,"generated_at":"2024-01-01T00:05:00+00:00")");
  const auto answer = parse_watttime(document(points(4), about), options());
  ASSERT_THAT(answer, IsOk());
  EXPECT_TRUE(answer->series.empty());
  ASSERT_EQ(answer->forecasts.size(), 1);
  EXPECT_EQ(answer->forecasts[0].issued, time("2024-01-01T00:05Z"));
  EXPECT_EQ(answer->forecasts[0].values.start, time("2024-01-01T00:05Z"));
  EXPECT_EQ(answer->forecasts[0].values.values.size(), 3);
}

TEST(WattTime, HistoryGeneratedLaterIsHistory) {
  const auto about =
      meta("lbs_co2_per_mwh", "co2_moer", R"(,"generated_at":"2024-01-02T00:00:00+00:00")");
  EXPECT_EQ(parse_watttime(document(points(4), about), options()).value().series.size(), 1);
}

TEST(WattTime, WithoutADateTheReceiptTellsForecastFromHistory) {
  auto received = options();
  received.issued = time("2024-01-01T00:05Z");
  EXPECT_EQ(parse_watttime(document(points(4)), received).value().forecasts.size(), 1);
  EXPECT_EQ(parse_watttime(document(points(2)), received).value().series.size(), 1);
}

TEST(WattTime, PastForecastsKeepTheirIssueTimes) {
  const auto entry = [](const char* at, int first) {
    return std::format(R"({{"generated_at":"2024-01-01T{}:00+00:00","forecast":[{}]}})", at,
                       points(3, first));
  };
  const auto answer =
      parse_watttime(document(entry("00:00", 0) + "," + entry("00:05", 1)), options());
  ASSERT_THAT(answer, IsOk());
  ASSERT_EQ(answer->forecasts.size(), 2);
  EXPECT_EQ(answer->forecasts[1].issued, time("2024-01-01T00:05Z"));
  EXPECT_EQ(answer->forecasts[1].values.start, time("2024-01-01T00:05Z"));
}

TEST(WattTime, NullsAreGapsAndNegativesErrorsUnlessAForecastIsClipped) {
  const auto with = [](const char* value, const std::string& more) {
    return document(points(1) + std::format(R"(,{{"point_time":"2024-01-01T00:05:00Z","value":{}}},
                                   {{"point_time":"2024-01-01T00:10:00Z","value":1}})",
                                            value),
                    meta("lbs_co2_per_mwh", "co2_moer", more));
  };
  const auto nulled = parse_watttime(with("null", ""), options());
  ASSERT_THAT(nulled, IsOk());
  EXPECT_EQ(nulled->nulls, 1);
  EXPECT_FALSE(nulled->series.at(0).values.at(1));
  auto clipping = options();
  clipping.clip_forecasts = true;
  EXPECT_THAT(parse_watttime(with("-5", ""), clipping), FailsWith(Code::kInvalid, "data[1].value"));
  const auto clipped =
      parse_watttime(with("-5", R"(,"generated_at":"2024-01-01T00:00:00Z")"), clipping);
  ASSERT_THAT(clipped, IsOk());
  EXPECT_EQ(clipped->clipped, 1);
}

TEST(WattTime, DuplicatesAreCountedAndContradictionsRefused) {
  const auto again = [](int value) {
    return document(points(2) + std::format(R"(,{{"point_time":"2024-01-01T00:05:00Z",
                                                  "value":{}}})",
                                            value));
  };
  EXPECT_EQ(parse_watttime(again(101), options()).value().repeated, 1);
  EXPECT_THAT(parse_watttime(again(102), options()), FailsWith(Code::kConflict, "two values"));
}

TEST(WattTime, WrongDocumentsAreErrorsWithThePlace) {
  const auto fails = [](const std::string& text, const char* with) {
    EXPECT_THAT(parse_watttime(text, options()), FailsWith(Code::kInvalid, with)) << text;
  };
  fails("{", "no JSON");
  fails(R"({"data":[]})", "'meta'");
  fails(R"({"error":"Bad Request","message":"start is required"})", "start is required");
  fails(R"({"error":"Bad Request"})", "Bad Request");
  fails(document(R"({"point_time":"2024-01-01T00:00","value":1})"), "data[0].point_time");
  fails(document(R"({"point_time":"2024-01-01T00:00Z"})"), "'value'");
  fails(document(R"({"point_time":"2024-01-01T00:00Z","value":1e9})"), "data[0].value");
  fails(document(R"({"point_time":"2024-01-01T00:00Z","value":1})",
                 R"("meta":{"region":"X","signal_type":"co2_moer","units":"lbs_co2_per_mwh",
                    "data_point_period_seconds":1e300})"),
        "data_point_period_seconds");
}

TEST(WattTime, RegionsAndTokens) {
  EXPECT_EQ(parse_watttime_region(R"({"region":"CAISO_NORTH","region_full_name":"California",
                                      "signal_type":"co2_moer"})",
                                  "wt"),
            "CAISO_NORTH");
  EXPECT_THAT(parse_watttime_region(R"({"error":"Coordinates are in no region"})", "wt"),
              FailsWith(Code::kNotFound, "in no region"));
  EXPECT_EQ(parse_watttime_token(R"({"token":"abc.def"})", "wt"), "abc.def");
  for (const char* bad : {"", "{}", R"({"token":5})", R"({"token":""})", R"({"token":"s3cret"")",
                          R"({"token":"s3cret\r\nHost: x"})"}) {
    const auto token = parse_watttime_token(bad, "wt");
    ASSERT_FALSE(token) << bad;
    EXPECT_FALSE(token.error().what.contains("s3cret"));
  }
}

}  // namespace
}  // namespace drover::carbon::wire
