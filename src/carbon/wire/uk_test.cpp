#include "carbon/wire/uk.h"

#include <string>

#include "carbon/wire/expect_test.h"

namespace drover::carbon::wire {
namespace {

using testing::at;
using testing::kGap;

WireOptions options() { return {.document = "uk.json"}; }

// Two half hours with what was measured and one to come.
constexpr std::string_view kNational = R"({"data":[
  {"from":"2018-01-20T12:00Z","to":"2018-01-20T12:30Z",
   "intensity":{"forecast":266,"actual":263,"index":"moderate"}},
  {"from":"2018-01-20T12:30Z","to":"2018-01-20T13:00Z",
   "intensity":{"forecast":270,"actual":null,"index":"moderate"}},
  {"from":"2018-01-20T13:00Z","to":"2018-01-20T13:30Z",
   "intensity":{"forecast":280,"actual":275,"index":"high"}},
  {"from":"2018-01-20T13:30Z","to":"2018-01-20T14:00Z",
   "intensity":{"forecast":290,"actual":null,"index":"high"}}]})";

TEST(UkIntensity, ActualValuesAreASeriesAndNullsAreGaps) {
  const auto answer = parse_uk_intensity(kNational, options());
  ASSERT_TRUE(answer) << answer.error().what;
  ASSERT_EQ(answer->series.size(), 1);
  const Series& series = answer->series[0];
  EXPECT_EQ(series.zone, ZoneId{"GB"});
  EXPECT_EQ(series.start, at("2018-01-20T12:00Z"));
  EXPECT_EQ(series.step, std::chrono::minutes{30});
  EXPECT_EQ(series.values, grams({263, kGap, 275})) << "what is to come is no gap";
  EXPECT_EQ(series.kind, Kind::kAverage);
  EXPECT_EQ(series.scope, Scope::kDirect);
  EXPECT_EQ(series.basis, Basis::kConsumption);
  EXPECT_EQ(series.source, "uk-carbon-intensity");
  EXPECT_EQ(answer->nulls, 2);
  EXPECT_TRUE(answer->forecasts.empty());
  EXPECT_EQ(answer->undated, 4) << "a saved file does not say when it was made";
}

TEST(UkIntensity, ForecastsBeginWithTheStepThatHoldsAtTheirIssue) {
  WireOptions received = options();
  received.issued = at("2018-01-20T13:10Z");
  const auto answer = parse_uk_intensity(kNational, received);
  ASSERT_TRUE(answer) << answer.error().what;
  ASSERT_EQ(answer->forecasts.size(), 1);
  EXPECT_EQ(answer->forecasts[0].issued, *received.issued);
  EXPECT_EQ(answer->forecasts[0].values.start, at("2018-01-20T13:00Z"));
  EXPECT_EQ(answer->forecasts[0].values.values, grams({280, 290}));
  EXPECT_EQ(answer->undated, 2) << "what was expected of the past, nobody knows when";
}

TEST(UkIntensity, ForecastsAloneNeedAnIssueTime) {
  constexpr std::string_view kAhead = R"({"data":[
    {"from":"2018-01-20T12:00Z","to":"2018-01-20T12:30Z","intensity":{"forecast":266,"actual":null}},
    {"from":"2018-01-20T12:30Z","to":"2018-01-20T13:00Z","intensity":{"forecast":270,"actual":null}}]})";
  expect_error(parse_uk_intensity(kAhead, options()), Code::kInvalid,
               {"uk.json", "2 forecast", "--issued"});
  WireOptions received = options();
  received.issued = at("2018-01-20T12:00Z");
  const auto answer = parse_uk_intensity(kAhead, received);
  ASSERT_TRUE(answer) << answer.error().what;
  EXPECT_TRUE(answer->series.empty()) << "nothing measured is no series of gaps";
  EXPECT_EQ(answer->forecasts[0].values.values, grams({266, 270}));
}

TEST(UkIntensity, StatisticsGiveTheAverageOfEachBlock) {
  const auto answer = parse_uk_intensity(R"({"data":[
    {"from":"2018-01-20T00:00Z","to":"2018-01-20T06:00Z","intensity":{"max":320,"average":266,"min":180,"index":"moderate"}},
    {"from":"2018-01-20T06:00Z","to":"2018-01-20T12:00Z","intensity":{"max":1,"average":2,"min":0,"index":"low"}}]})",
                                         options());
  ASSERT_TRUE(answer) << answer.error().what;
  EXPECT_EQ(answer->series[0].step, std::chrono::hours{6});
  EXPECT_EQ(answer->series[0].values, grams({266, 2}));
}

constexpr std::string_view kRegions = R"({"data":[
  {"from":"2018-01-20T12:00Z","to":"2018-01-20T12:30Z","regions":[
    {"regionid":1,"shortname":"North Scotland","intensity":{"forecast":10,"index":"very low"}},
    {"regionid":13,"shortname":"London","intensity":{"forecast":300,"index":"high"}}]},
  {"from":"2018-01-20T12:30Z","to":"2018-01-20T13:00Z","regions":[
    {"regionid":1,"shortname":"North Scotland","intensity":{"forecast":11,"index":"very low"}},
    {"regionid":13,"shortname":"London","intensity":{"forecast":301,"index":"high"}}]}]})";

TEST(UkIntensity, RegionsAreZonesOfTheirOwn) {
  WireOptions received = options();
  received.issued = at("2018-01-20T12:00Z");
  const auto all = parse_uk_intensity(kRegions, received);
  ASSERT_TRUE(all) << all.error().what;
  ASSERT_EQ(all->forecasts.size(), 2);
  EXPECT_EQ(all->forecasts[0].values.zone, ZoneId{"GB-1"});
  EXPECT_EQ(all->forecasts[1].values.zone, ZoneId{"GB-13"});
  EXPECT_EQ(all->forecasts[1].values.values, grams({300, 301}));
  received.zone = ZoneId{"GB-13"};
  EXPECT_EQ(parse_uk_intensity(kRegions, received)->forecasts.size(), 1);
  received.zone = ZoneId{"GB-2"};
  expect_error(parse_uk_intensity(kRegions, received), Code::kNotFound, {"uk.json", "GB-2"});
}

TEST(UkIntensity, OneRegionMayHaveItsOwnList) {
  WireOptions received = options();
  received.issued = at("2018-01-20T12:00Z");
  const std::string region =
      R"({"regionid":13,"shortname":"London","postcode":"RG10","data":[
       {"from":"2018-01-20T12:00Z","to":"2018-01-20T12:30Z","intensity":{"forecast":300,"index":"high"}}]})";
  for (const std::string& text : {R"({"data":)" + region + "}", R"({"data":[)" + region + "]}"}) {
    const auto answer = parse_uk_intensity(text, received);
    ASSERT_TRUE(answer) << answer.error().what;
    EXPECT_EQ(answer->forecasts[0].values.zone, ZoneId{"GB-13"});
    EXPECT_EQ(answer->forecasts[0].values.step, std::chrono::minutes{30});
  }
}

TEST(UkIntensity, TheSameHalfHourTwiceMustSayTheSame) {
  const std::string one =
      R"({"from":"2018-01-20T12:00Z","to":"2018-01-20T12:30Z","intensity":{"actual":263}})";
  const std::string other =
      R"({"from":"2018-01-20T12:00Z","to":"2018-01-20T12:30Z","intensity":{"actual":264}})";
  const auto twice = parse_uk_intensity(R"({"data":[)" + one + "," + one + "]}", options());
  ASSERT_TRUE(twice) << twice.error().what;
  EXPECT_EQ(twice->repeated, 1);
  expect_error(parse_uk_intensity(R"({"data":[)" + one + "," + other + "]}", options()),
               Code::kConflict, {"uk.json", "2018-01-20T12:00:00Z", "263", "264"});
}

TEST(UkIntensity, NegativeForecastsAreRefusedOrClipped) {
  constexpr std::string_view kNegative = R"({"data":[{"from":"2018-01-20T12:00Z",
    "to":"2018-01-20T12:30Z","intensity":{"forecast":-3,"actual":null}}]})";
  WireOptions received = options();
  received.issued = at("2018-01-20T12:00Z");
  expect_error(parse_uk_intensity(kNegative, received), Code::kInvalid,
               {"uk.json: data[0].intensity.forecast: -3 is negative"});
  received.clip_forecasts = true;
  const auto answer = parse_uk_intensity(kNegative, received);
  ASSERT_TRUE(answer) << answer.error().what;
  EXPECT_EQ(answer->clipped, 1);
  EXPECT_EQ(answer->forecasts[0].values.values, grams({0}));
}

TEST(UkIntensity, TheProvidersErrorsAndOtherDocumentsAreErrors) {
  expect_error(
      parse_uk_intensity(R"({"error":{"code":"400 Bad Request","message":"bad date"}})", options()),
      Code::kInvalid, {"uk.json", "400 Bad Request", "bad date"});
  expect_error(parse_uk_intensity(R"({"error":{"code":"404 Not Found","message":""}})", options()),
               Code::kNotFound, {"404"});
  expect_error(parse_uk_intensity(R"({"error":{"code":"500 Internal"}})", options()),
               Code::kUnavailable, {"500"});
  expect_error(parse_uk_intensity(R"({"data":[]})", options()), Code::kNotFound, {"no value"});
  expect_error(parse_uk_intensity(R"({"data":[{"Biomass":120}]})", options()), Code::kInvalid,
               {"uk.json: data[0]: member 'from' is missing"});
  expect_error(parse_uk_intensity("[]", options()), Code::kInvalid, {"member 'data'"});
  expect_error(
      parse_uk_intensity(
          R"({"data":[{"from":"2018-01-20T12:00Z","to":"2018-01-20T12:30Z","intensity":{}}]})",
          options()),
      Code::kInvalid, {"data[0].intensity: has neither"});
  expect_error(
      parse_uk_intensity(
          R"({"data":[{"from":"2018-01-20T12:00","to":"2018-01-20T12:30","intensity":{}}]})",
          options()),
      Code::kInvalid, {"data[0].from", "distance from UTC"});
  expect_error(
      parse_uk_intensity(
          R"({"data":[{"from":"2018-01-20T12:00Z","to":"2018-01-20T12:00Z","intensity":{}}]})",
          options()),
      Code::kInvalid, {"data[0].to", "must be later"});
  WireOptions lifecycle = options();
  lifecycle.scope = Scope::kLifecycle;
  expect_error(parse_uk_intensity(kNational, lifecycle), Code::kInvalid, {"direct average"});
}

}  // namespace
}  // namespace drover::carbon::wire
