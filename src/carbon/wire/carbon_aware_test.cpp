#include "carbon/wire/carbon_aware.h"

#include <string>

#include "carbon/wire/expect_test.h"

namespace drover::carbon::wire {
namespace {

using testing::at;
using testing::kGap;

WireOptions options() { return {.document = "sdk.json", .scope = Scope::kLifecycle}; }

constexpr std::string_view kEmissions = R"([
  {"location":"eastus","time":"2022-03-01T15:30:00Z","rating":359.23,"duration":"00:30:00"},
  {"location":"eastus","time":"2022-03-01T16:30:00+00:00","rating":360,"duration":"00:30:00"}])";

TEST(CarbonAware, EmissionsAreASeriesInStepsOfTheirDuration) {
  WireOptions wanted = options();
  wanted.basis = Basis::kConsumption;
  const auto answer = parse_carbon_aware(kEmissions, wanted);
  ASSERT_TRUE(answer) << answer.error().what;
  ASSERT_EQ(answer->series.size(), 1);
  const Series& series = answer->series[0];
  EXPECT_EQ(series.zone, ZoneId{"eastus"});
  EXPECT_EQ(series.step, std::chrono::minutes{30});
  EXPECT_EQ(series.values, grams({359.23, kGap, 360}));
  EXPECT_EQ(series.scope, Scope::kLifecycle);
  EXPECT_EQ(series.kind, Kind::kAverage);
  EXPECT_EQ(series.basis, Basis::kConsumption);
  EXPECT_EQ(series.source, "carbon-aware-sdk");
  wanted.zone = ZoneId{"US-MIDA-PJM"};
  wanted.kind = Kind::kMarginal;
  EXPECT_EQ(parse_carbon_aware(kEmissions, wanted)->series[0].zone, ZoneId{"US-MIDA-PJM"});
  EXPECT_EQ(parse_carbon_aware(kEmissions, wanted)->series[0].kind, Kind::kMarginal);
}

TEST(CarbonAware, TheScopeIsNotGuessed) {
  expect_error(parse_carbon_aware(kEmissions, {.document = "sdk.json"}), Code::kInvalid,
               {"sdk.json", "--scope direct"});
}

TEST(CarbonAware, OfSeveralLocationsOneCanBePicked) {
  constexpr std::string_view kTwo = R"([
    {"location":"eastus","time":"2022-03-01T15:30:00Z","rating":1,"duration":"00:30:00"},
    {"location":"westus","time":"2022-03-01T15:30:00Z","rating":2,"duration":"00:30:00"}])";
  EXPECT_EQ(parse_carbon_aware(kTwo, options())->series.size(), 2);
  WireOptions wanted = options();
  wanted.zone = ZoneId{"westus"};
  const auto answer = parse_carbon_aware(kTwo, wanted);
  ASSERT_EQ(answer->series.size(), 1);
  EXPECT_EQ(answer->series[0].values, grams({2}));
  wanted.zone = ZoneId{"northus"};
  expect_error(parse_carbon_aware(kTwo, wanted), Code::kNotFound, {"northus"});
}

TEST(CarbonAware, TheRepeatedHourInAutumnIsTwoHours) {
  const auto answer = parse_carbon_aware(R"([
    {"location":"x","time":"2022-10-30T02:00:00+02:00","rating":1,"duration":"01:00:00"},
    {"location":"x","time":"2022-10-30T02:00:00+01:00","rating":2,"duration":"01:00:00"},
    {"location":"x","time":"2022-10-30T03:00:00+01:00","rating":3,"duration":"01:00:00"}])",
                                         options());
  ASSERT_TRUE(answer) << answer.error().what;
  EXPECT_EQ(answer->series[0].start, at("2022-10-30T00:00Z"));
  EXPECT_EQ(answer->series[0].values, grams({1, 2, 3}));
  expect_error(parse_carbon_aware(R"([{"location":"x","time":"2022-10-30T02:00:00","rating":1}])",
                                  options()),
               Code::kInvalid, {"sdk.json: [0].time", "distance from UTC"});
}

TEST(CarbonAware, TheDataFileHasAMarkCapitalsAndNumbersAsText) {
  const auto answer = parse_carbon_aware(
      "\xEF\xBB\xBF{\"Emissions\":[{\"Location\":\"Sydney\",\"Rating\":\"0.6\",\"Time\":"
      "\"2021-01-01T00:00:01\"},{\"Location\":\"Sydney\",\"Rating\":12,\"Time\":"
      "\"2021-01-01T08:00:01\",\"Duration\":\"08:00:00\"}]}",
      options());
  ASSERT_TRUE(answer) << answer.error().what;
  EXPECT_EQ(answer->series[0].zone, ZoneId{"Sydney"});
  EXPECT_EQ(answer->series[0].step, std::chrono::hours{8});
  EXPECT_EQ(answer->series[0].values, grams({0.6, 12}));
}

std::string forecast(std::string_view generated, std::string_view minutes) {
  return std::string(R"([{"generatedAt":)") + std::string(generated) +
         R"(,"requestedAt":"2022-03-01T15:31:00Z","location":"eastus","windowSize":5,"forecastData":[
    {"location":"eastus","timestamp":"2022-03-01T15:30:00Z","duration":)" +
         std::string(minutes) + R"(,"value":380.99},
    {"location":"eastus","timestamp":"2022-03-01T15:35:00Z","duration":)" +
         std::string(minutes) + R"(,"value":381}]}])";
}

TEST(CarbonAware, ForecastsCarryTheirIssueTime) {
  const auto answer = parse_carbon_aware(forecast("\"2022-03-01T15:30:00Z\"", "5"), options());
  ASSERT_TRUE(answer) << answer.error().what;
  ASSERT_EQ(answer->forecasts.size(), 1);
  EXPECT_EQ(answer->forecasts[0].issued, at("2022-03-01T15:30Z"));
  EXPECT_EQ(answer->forecasts[0].values.step, std::chrono::minutes{5});
  EXPECT_EQ(answer->forecasts[0].values.values, grams({380.99, 381}));
  expect_error(parse_carbon_aware(forecast("null", "5"), options()), Code::kInvalid, {"--issued"});
}

TEST(CarbonAware, WindowsThatOverlapAreRefused) {
  expect_error(parse_carbon_aware(forecast("\"2022-03-01T15:30:00Z\"", "30"), options()),
               Code::kInvalid, {"sdk.json: [0]", "overlap", "windowSize"});
}

TEST(CarbonAware, AnAverageIsOneStep) {
  const auto answer = parse_carbon_aware(
      R"({"location":"eastus","startTime":"2022-03-01T00:00:00Z","endTime":"2022-03-01T06:00:00Z",
          "carbonIntensity":345.434})",
      options());
  ASSERT_TRUE(answer) << answer.error().what;
  EXPECT_EQ(answer->series[0].step, std::chrono::hours{6});
  EXPECT_EQ(answer->series[0].values, grams({345.434}));
}

TEST(CarbonAware, ErrorsOfTheServiceAndBadMembersAreErrors) {
  expect_error(
      parse_carbon_aware(
          R"({"type":"x","title":"One or more validation errors","status":400,"errors":{}})",
          options()),
      Code::kInvalid, {"sdk.json", "'400'", "One or more validation errors"});
  expect_error(parse_carbon_aware(R"({"title":"x","status":501})", options()), Code::kUnavailable,
               {"501"});
  const auto emission = [](const std::string& members) {
    return parse_carbon_aware("[{" + members + "}]", options());
  };
  const std::string place = R"("location":"x","time":"2022-03-01T00:00:00Z",)";
  expect_error(emission(R"("rating":1)"), Code::kInvalid, {"member 'location' is missing"});
  expect_error(emission(place + R"("rating":-1)"), Code::kInvalid,
               {"[0].rating", "-1 is negative"});
  expect_error(emission(place + R"("rating":"1")"), Code::kInvalid,
               {"[0].rating", "'1' is no number"});
  expect_error(emission(place + R"("rating":1,"duration":"5 min")"), Code::kInvalid,
               {"[0].duration", "'5 min'"});
  expect_error(emission(place + R"("rating":1)"), Code::kInvalid, {"tells no step"});
  expect_error(parse_carbon_aware("[]", options()), Code::kNotFound, {"sdk.json"});
  expect_error(parse_carbon_aware("3", options()), Code::kInvalid, {"sdk.json"});
}

}  // namespace
}  // namespace drover::carbon::wire
