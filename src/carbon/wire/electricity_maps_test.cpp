#include "carbon/wire/electricity_maps.h"

#include <format>
#include <string>

#include <gtest/gtest.h>

#include "os/testing/expect.h"

namespace drover::carbon::wire {
namespace {

using os::testing::FailsWith;
using os::testing::IsOk;

WireOptions options() { return {.document = "em"}; }

WireOptions direct() { return {.document = "em", .scope = Scope::kDirect}; }

Instant time(std::string_view text) { return parse_time(text).value(); }

double grams(const Series& series, std::size_t slot) {
  return series.values.at(slot).value().grams_per_kwh();
}

TEST(ElectricityMaps, LatestIsOneEstimatedHour) {
  const auto answer = parse_electricity_maps(
      R"({"zone":"US-MIDW-MISO","carbonIntensity":466,"datetime":"2024-09-24T03:00:00.000Z",
          "updatedAt":"2024-09-24T02:47:16.000Z","createdAt":"2024-09-21T03:45:20.860Z",
          "emissionFactorType":"lifecycle","isEstimated":true,
          "estimationMethod":"TIME_SLICER_AVERAGE","temporalGranularity":"hourly"})",
      options());
  ASSERT_THAT(answer, IsOk());
  ASSERT_EQ(answer->series.size(), 1);
  const auto& series = answer->series[0];
  EXPECT_EQ(series.zone.str(), "US-MIDW-MISO");
  EXPECT_EQ(series.start, time("2024-09-24T03:00Z"));
  EXPECT_EQ(series.step, std::chrono::hours{1});
  EXPECT_EQ(series.scope, Scope::kLifecycle);
  EXPECT_EQ(series.kind, Kind::kAverage);
  EXPECT_EQ(series.basis, Basis::kConsumption);
  EXPECT_EQ(series.source, "electricitymaps");
  EXPECT_EQ(grams(series, 0), 466);
  EXPECT_TRUE(series.is_estimated(0));
}

TEST(ElectricityMaps, HistoryKeepsNullsAsGapsAndBothSpellingsOfTheMethod) {
  const auto answer = parse_electricity_maps(
      R"({"zone":"NL","history":[
        {"datetime":"2024-01-01T00:00:00Z","carbonIntensity":300,"emissionFactorType":"direct",
         "isEstimated":false,"estimatedMethod":null},
        {"datetime":"2024-01-01T01:00:00.000Z","carbonIntensity":null,"emissionFactorType":"direct"},
        {"datetime":"2024-01-01T02:00:00Z","carbonIntensity":310,"estimatedMethod":"X"},
        {"datetime":"2024-01-01T03:00:00Z","carbonIntensity":0,"estimationMethod":"X",
         "isEstimated":null}]})",
      options());
  ASSERT_THAT(answer, IsOk());
  ASSERT_EQ(answer->series.size(), 1);
  const auto& series = answer->series[0];
  EXPECT_EQ(series.scope, Scope::kDirect);
  ASSERT_EQ(series.values.size(), 4);
  EXPECT_EQ(grams(series, 0), 300);
  EXPECT_FALSE(series.values[1]);
  EXPECT_EQ(grams(series, 3), 0);
  EXPECT_EQ(series.estimated, (std::vector<bool>{false, false, true, true}));
  EXPECT_EQ(answer->nulls, 1);
}

TEST(ElectricityMaps, PastRangeTakesItsScopeFromTheRequestWhenItSaysNone) {
  constexpr const char* kRange =
      R"({"zone":"DE","data":[{"datetime":"2024-01-01T01:00:00Z","carbonIntensity":312.5},
                              {"datetime":"2024-01-01T00:00:00Z","carbonIntensity":310}]})";
  const auto answer = parse_electricity_maps(kRange, direct());
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->series.at(0).scope, Scope::kDirect);
  EXPECT_EQ(grams(answer->series[0], 1), 312.5);
  EXPECT_THAT(parse_electricity_maps(kRange, options()),
              FailsWith(Code::kInvalid, "em: the document does not say whether it is direct"));
}

TEST(ElectricityMaps, AScopeThatWasNotAskedForIsRefusedAndSoIsAnotherZone) {
  constexpr const char* kLatest =
      R"({"zone":"DE","carbonIntensity":1,"datetime":"2024-01-01T00:00Z",
          "emissionFactorType":"lifecycle"})";
  EXPECT_THAT(parse_electricity_maps(kLatest, direct()),
              FailsWith(Code::kConflict, "about lifecycle, not direct"));
  auto french = options();
  french.zone = ZoneId{"FR"};
  EXPECT_THAT(parse_electricity_maps(kLatest, french),
              FailsWith(Code::kConflict, "about zone DE, not FR"));
}

TEST(ElectricityMaps, AForecastWasIssuedWhenItWasUpdatedAndBeginsThen) {
  const auto answer = parse_electricity_maps(
      R"({"zone":"NL","updatedAt":"2024-01-01T01:20:00Z","temporalGranularity":"hourly","forecast":[
        {"datetime":"2024-01-01T00:00:00Z","carbonIntensity":1},
        {"datetime":"2024-01-01T01:00:00Z","carbonIntensity":2},
        {"datetime":"2024-01-01T02:00:00Z","carbonIntensity":3}]})",
      direct());
  ASSERT_THAT(answer, IsOk());
  EXPECT_TRUE(answer->series.empty());
  ASSERT_EQ(answer->forecasts.size(), 1);
  const auto& forecast = answer->forecasts[0];
  EXPECT_EQ(forecast.issued, time("2024-01-01T01:20Z"));
  EXPECT_EQ(forecast.values.start, time("2024-01-01T01:00Z"));
  ASSERT_EQ(forecast.values.values.size(), 2);
  EXPECT_EQ(grams(forecast.values, 0), 2);
}

TEST(ElectricityMaps, AForecastWithoutADateTakesTheReceiptOrIsCounted) {
  constexpr const char* kForecast =
      R"({"zone":"NL","forecast":[{"datetime":"2024-01-01T02:00:00Z","carbonIntensity":3}]})";
  const auto undated = parse_electricity_maps(kForecast, direct());
  ASSERT_THAT(undated, IsOk());
  EXPECT_EQ(undated->undated, 1);
  EXPECT_TRUE(undated->forecasts.empty());
  auto received = direct();
  received.issued = time("2024-01-01T01:59Z");
  EXPECT_EQ(parse_electricity_maps(kForecast, received).value().forecasts.at(0).issued,
            time("2024-01-01T01:59Z"));
}

TEST(ElectricityMaps, NegativeForecastsAreClippedOnlyOnRequest) {
  constexpr const char* kForecast =
      R"({"zone":"NL","updatedAt":"2024-01-01T02:00:00Z",
          "forecast":[{"datetime":"2024-01-01T02:00:00Z","carbonIntensity":-3}]})";
  EXPECT_THAT(parse_electricity_maps(kForecast, direct()),
              FailsWith(Code::kInvalid, "forecast[0].carbonIntensity"));
  auto clipping = direct();
  clipping.clip_forecasts = true;
  const auto answer = parse_electricity_maps(kForecast, clipping);
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->clipped, 1);
  EXPECT_EQ(grams(answer->forecasts.at(0).values, 0), 0);
}

TEST(ElectricityMaps, ADuplicateIsCountedAndAContradictionRefused) {
  const auto twice = [](int second) {
    return std::format(R"({{"zone":"NL","history":[
      {{"datetime":"2024-01-01T00:00:00Z","carbonIntensity":1}},
      {{"datetime":"2024-01-01T01:00:00Z","carbonIntensity":7}},
      {{"datetime":"2024-01-01T01:00:00.000Z","carbonIntensity":{}}}]}})",
                       second);
  };
  const auto answer = parse_electricity_maps(twice(7), direct());
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->repeated, 1);
  EXPECT_EQ(answer->series.at(0).values.size(), 2);
  EXPECT_THAT(parse_electricity_maps(twice(8), direct()), FailsWith(Code::kConflict, "two values"));
}

TEST(ElectricityMaps, AnEmptyHistoryAndOneOfNullsAreNoData) {
  for (const char* empty :
       {R"({"zone":"NL","history":[]})",
        R"({"zone":"NL","history":[{"datetime":"2024-01-01T00:00:00Z","carbonIntensity":null}],
            "temporalGranularity":"hourly"})"}) {
    const auto answer = parse_electricity_maps(empty, direct());
    ASSERT_THAT(answer, IsOk());
    EXPECT_TRUE(answer->series.empty());
  }
}

TEST(ElectricityMaps, TheServicesOwnErrorsAreTold) {
  EXPECT_THAT(parse_electricity_maps(R"({"error":"No recent data for zone \"XX\""})", options()),
              FailsWith(Code::kNotFound, "No recent data for zone"));
  EXPECT_THAT(parse_electricity_maps(R"({"error":"Invalid auth-token"})", options()),
              FailsWith(Code::kInvalid, "Invalid auth-token"));
}

TEST(ElectricityMaps, WrongDocumentsAreErrorsWithThePlace) {
  const auto fails = [](const char* text, const char* with) {
    EXPECT_THAT(parse_electricity_maps(text, direct()), FailsWith(Code::kInvalid, with)) << text;
  };
  fails("", "no JSON");
  fails("[]", "member 'datetime'");
  fails(R"({"zone":"NL","history":{}})", "history: an object is no list");
  fails(R"({"zone":"NL","history":[{"datetime":"2024-01-01T00:00:00Z"}]})", "carbonIntensity");
  fails(R"({"zone":"NL","history":[{"datetime":"2024-01-01T00:00:00","carbonIntensity":1}]})",
        "history[0].datetime");
  fails(R"({"zone":"NL","history":[{"datetime":"2024-01-01T00:00Z","carbonIntensity":-1}]})",
        "history[0].carbonIntensity");
  fails(R"({"zone":"NL","history":[{"datetime":"2024-01-01T00:00Z","carbonIntensity":"1"}]})",
        "is no number");
  fails(R"({"zone":"N L","history":[{"datetime":"2024-01-01T00:00Z","carbonIntensity":1}]})",
        "is no name of a zone");
  fails("{\"zone\":\"NL\",\"emissionFactorType\":\"l\x7f\"}", R"('l\x7f' is neither direct)");
  fails(R"({"history":[{"datetime":"2024-01-01T00:00Z","carbonIntensity":1}]})", "'zone'");
  fails(R"({"zone":"NL","temporalGranularity":"weekly",
            "history":[{"datetime":"2024-01-01T00:00Z","carbonIntensity":1}]})",
        "weekly");
}

TEST(ElectricityMaps, ZonesAreListedWithTheirAccess) {
  const auto zones = parse_electricity_maps_zones(
      R"({"NL":{"zoneName":"Netherlands","access":["carbon-intensity/history"]},
          "DE":{"countryName":"Germany","access":["*"]}})",
      "em");
  ASSERT_THAT(zones, IsOk());
  ASSERT_EQ(zones->size(), 2);
  EXPECT_EQ((*zones)[0].id, "DE");
  EXPECT_EQ((*zones)[1].name, "Netherlands");
  EXPECT_EQ((*zones)[1].access, std::vector<std::string>{"carbon-intensity/history"});
  EXPECT_THAT(parse_electricity_maps_zones(R"({"NL":3})", "em"),
              FailsWith(Code::kInvalid, "is no zone"));
  EXPECT_THAT(parse_electricity_maps_zones("[]", "em"), FailsWith(Code::kInvalid, "no object"));
}

}  // namespace
}  // namespace drover::carbon::wire
