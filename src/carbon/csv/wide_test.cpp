#include <gtest/gtest.h>

#include "carbon/csv/import.h"
#include "carbon/testing/times.h"

namespace drover::carbon {
namespace {

using testing::at;
using testing::hourly;
using testing::kGap;

const CsvOptions kDirect = {.scope = Scope::kDirect, .zone = {}, .source = {}};

Result<CsvContent> parse(std::string_view text, const CsvOptions& options = kDirect,
                         const std::string& file = "a.csv") {
  return parse_carbon_csv(text, file, options);
}

void expect_error(const Result<CsvContent>& content,
                  std::initializer_list<std::string_view> parts) {
  ASSERT_FALSE(content);
  for (const auto part : parts) {
    EXPECT_NE(content.error().what.find(part), std::string::npos)
        << part << "\nnot in: " << content.error().what;
  }
}

constexpr std::string_view kWide =
    "datetime_utc,DE,FR\n"
    "2021-01-01T00Z,300.5,\n"
    "2021-01-01T01Z,0,50\n"
    "2021-01-01T02Z,NaN,null\n";

TEST(WideCsv, OneSeriesPerZoneAndABlankIsAGap) {
  const auto content = parse(kWide);
  ASSERT_TRUE(content) << content.error().what;
  EXPECT_EQ(content->format, "wide");
  ASSERT_EQ(content->series.size(), 2);
  const Series& de = content->series[0];
  EXPECT_EQ(de.zone, ZoneId{"DE"});
  EXPECT_EQ(de.start, at("2021-01-01T00:00:00Z"));
  EXPECT_EQ(de.step, std::chrono::hours{1});
  EXPECT_EQ(de.scope, Scope::kDirect);
  EXPECT_EQ(de.kind, Kind::kAverage);
  EXPECT_EQ(de.source, "csv");
  EXPECT_EQ(de.values, hourly("DE", "2021-01-01T00:00:00Z", {300.5, 0, kGap}).values);
  EXPECT_EQ(content->series[1].values,
            hourly("FR", "2021-01-01T00:00:00Z", {kGap, 50, kGap}).values);
}

TEST(WideCsv, ByteOrderMarkCarriageReturnsQuotesAndBlankLinesAreFine) {
  const auto content = parse(
      "\xEF\xBB\xBF\"datetime_utc\",DE , \"FR\"\r\n2021-01-01T00Z,\"300.5\", "
      "\r\n2021-01-01T01Z,0,50\r\n"
      "2021-01-01 02:00:00+00:00,NAN,Null\r\n\r\n\r\n");
  ASSERT_TRUE(content) << content.error().what;
  EXPECT_EQ(content->series[0].values, parse(kWide)->series[0].values);
  EXPECT_EQ(content->series[1].zone, ZoneId{"FR"});
}

TEST(WideCsv, TheFileNameTellsTheScopeAndTheOptionWins) {
  const CsvOptions none;
  EXPECT_EQ(parse(kWide, none, "/data/direct_2021_us.csv")->series[0].scope, Scope::kDirect);
  EXPECT_EQ(parse(kWide, none, "lifecycle_2021_us.csv")->series[0].scope, Scope::kLifecycle);
  EXPECT_EQ(parse(kWide, none, "CISO_direct_emissions.csv")->series[0].scope, Scope::kDirect);
  const CsvOptions lifecycle = {.scope = Scope::kLifecycle, .zone = {}, .source = {}};
  EXPECT_EQ(parse(kWide, lifecycle, "direct_2021_us.csv")->series[0].scope, Scope::kLifecycle);
  expect_error(parse(kWide, none, "2021.csv"), {"2021.csv", "--scope direct"});
  expect_error(parse(kWide, none, "direct_minus_lifecycle.csv"), {"--scope direct"});
  expect_error(parse(kWide, none, "/direct_/2021.csv"), {"--scope direct"});
}

TEST(WideCsv, AbsentHoursAreGaps) {
  const auto content =
      parse("datetime_utc,DE\n2021-01-01T00Z,1\n2021-01-01T01Z,2\n2021-01-01T04Z,3\n");
  ASSERT_TRUE(content) << content.error().what;
  EXPECT_EQ(content->series[0].values,
            hourly("DE", "2021-01-01T00:00:00Z", {1, 2, kGap, kGap, 3}).values);
}

TEST(WideCsv, OneZoneCanBeChosen) {
  const auto content =
      parse(kWide, {.scope = Scope::kDirect, .zone = ZoneId{"FR"}, .source = "mine"});
  ASSERT_EQ(content->series.size(), 1);
  EXPECT_EQ(content->series[0].zone, ZoneId{"FR"});
  EXPECT_EQ(content->series[0].source, "mine");
  expect_error(parse(kWide, {.scope = Scope::kDirect, .zone = ZoneId{"DEE"}, .source = {}}),
               {"no column for zone DEE", "did you mean 'DE'"});
}

TEST(WideCsv, TheSyntheticLabelCannotBeLost) {
  const auto content = parse("datetime_utc,SYN-DE\n2021-01-01T00Z,1\n2021-01-01T01Z,2\n",
                             {.scope = Scope::kDirect, .zone = {}, .source = "measured"});
  EXPECT_EQ(content->series[0].source, "synthetic");
}

TEST(WideCsv, HoursTwiceAreKeptOnceAndContradictionsAreErrors) {
  constexpr std::string_view kTwice =
      "datetime_utc,DE\n2021-01-01T00Z,1\n2021-01-01T01Z,2\n2021-01-01T00Z,1\n2021-01-01T01Z,"
      "\n2021-01-01T02Z,3\n";
  const auto content = parse(kTwice);
  ASSERT_TRUE(content) << content.error().what;
  EXPECT_EQ(content->duplicates, 2);
  EXPECT_EQ(content->series[0].values, hourly("DE", "2021-01-01T00:00:00Z", {1, 2, 3}).values);

  constexpr std::string_view kContradiction =
      "datetime_utc,DE\n2021-01-01T00Z,1\n2021-01-01T01Z,2\n2021-01-01T00Z,1.5\n";
  expect_error(parse(kContradiction), {"a.csv:4, column DE", "1.5 gCO2eq/kWh",
                                       "2021-01-01T00:00:00Z", "line 2", "--prefer-last"});
  const auto last = parse(kContradiction,
                          {.scope = Scope::kDirect, .zone = {}, .source = {}, .prefer_last = true});
  ASSERT_TRUE(last) << last.error().what;
  EXPECT_EQ(last->series[0].values, hourly("DE", "2021-01-01T00:00:00Z", {1.5, 2}).values);
}

TEST(WideCsv, EveryBadLineIsAnErrorWithPlaceValueAndWayOut) {
  const std::string two = "datetime_utc,DE\n2021-01-01T00Z,1\n2021-01-01T01Z,2\n";
  expect_error(parse(two + "2021-01-01T02Z,-3\n"),
               {"a.csv:4, column DE", "'-3' is negative", "blank field"});
  expect_error(parse(two + "2021-01-01T02Z,2000.1\n"),
               {"a.csv:4, column DE", "'2000.1' is above 2000", "convert"});
  expect_error(parse(two + "2021-01-01T02Z,12x\n"),
               {"a.csv:4, column DE", "'12x' is not a number", "blank"});
  expect_error(parse(two + "2021-01-01T02Z,inf\n"), {"'inf' is not a number"});
  expect_error(parse(two + "2021-01-01T02Z,\"1,5\"\n"), {"'1,5' is not a number"});
  expect_error(parse(two + "2021-01-01T02Z\n"), {"a.csv:4", "1 fields and the header 2"});
  expect_error(parse(two + "2021-01-01T02Z,3,4\n"), {"a.csv:4", "3 fields and the header 2"});
  expect_error(parse(two + "yesterday,3\n"),
               {"a.csv:4, column datetime_utc", "'yesterday' is not a time"});
  expect_error(parse(two + "2021-01-01T02:30Z,3\n"), {"a.csv:4", "90 min", "steps of 60 min"});
  expect_error(parse(two + "2020-12-31T23Z,3\n"),
               {"a.csv:4, column DE", "2020-12-31T23:00:00Z comes after", "sort"});
  expect_error(parse(two + "9021-01-01T02Z,3\n"),
               {"a.csv:4", "the time jumps", "9021-01-01T02:00:00Z"});
  expect_error(parse(two + "2021-01-01T02Z,\x01\xff\n"), {"'\\x01\\xff' is not a number"});
}

TEST(WideCsv, BadHeadersAreErrors) {
  expect_error(parse("datetime_utc,DE,DE\n"), {"a.csv:1: zone DE has two columns"});
  expect_error(parse("datetime_utc,DE,\n"), {"a.csv:1: column '' has no zone id"});
  expect_error(parse("datetime_utc,mean of DE\n"), {"'mean of DE'"});
  expect_error(parse("datetime_utc,DE\n"), {"a.csv", "at least two rows"});
  expect_error(parse("datetime_utc,DE\n2021-01-01T00Z,1\n"), {"at least two rows"});
  expect_error(parse("zone,group,mean_direct\nDE,eu,1\n"),
               {"a.csv:1", "'zone,group,mean_direct'", "datetime_utc"});
  expect_error(parse(""), {"a.csv: the file is empty"});
  expect_error(parse("\xFF\xFE"
                     "d"),
               {"UTF-16", "UTF-8"});
}

TEST(WideCsv, OtherStepsAreTakenFromTheRows) {
  const auto quarters =
      parse("datetime_utc,DE\n2021-01-01T00:00Z,1\n2021-01-01T00:15Z,2\n2021-01-01T00:30Z,3\n");
  EXPECT_EQ(quarters->series[0].step, std::chrono::minutes{15});
  const auto days = parse("datetime_utc,DE\n2021-01-01,1\n2021-01-02,2\n2021-01-03,3\n");
  EXPECT_EQ(days->series[0].step, std::chrono::hours{24}) << "a daily file is not read as hourly";
  expect_error(parse("datetime_utc,DE\n2021-01-01,1\n2021-02-01,2\n2021-03-01,3\n2021-04-01,4\n"),
               {"one step"});
  expect_error(parse("datetime_utc,DE\n2021-01-01T00:00:00Z,1\n2021-01-01T00:00:01Z,2\n"),
               {"whole number of minutes"});
}

}  // namespace
}  // namespace drover::carbon
