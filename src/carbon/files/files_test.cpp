#include "carbon/files/files.h"

#include <algorithm>
#include <filesystem>
#include <format>
#include <initializer_list>
#include <string>

#include <gtest/gtest.h>

#include "carbon/csv/own.h"
#include "carbon/testing/times.h"

namespace drover::carbon {
namespace {

using testing::at;
using testing::hourly;

const FileOptions kDirect = {.scope = Scope::kDirect, .source = {}};

Result<FileContent> parse(std::string_view text, const FileOptions& options = kDirect) {
  return parse_carbon_file(text, "a.dat", options);
}

void expect_error(const Result<FileContent>& content,
                  std::initializer_list<std::string_view> parts) {
  ASSERT_FALSE(content);
  EXPECT_TRUE(content.error().what.starts_with("a.dat")) << content.error().what;
  for (const auto part : parts) {
    EXPECT_NE(content.error().what.find(part), std::string::npos)
        << part << "\nnot in: " << content.error().what;
  }
}

constexpr std::string_view kEntsoe =
    "<GL_MarketDocument><type>A75</type><TimeSeries><inBiddingZone_Domain.mRID>10YFR-RTE------C"
    "</inBiddingZone_Domain.mRID><curveType>A03</curveType><MktPSRType><psrType>B04</psrType>"
    "</MktPSRType><Period><timeInterval><start>2022-03-01T00:00Z</start><end>2022-03-01T02:00Z"
    "</end></timeInterval><resolution>PT60M</resolution><Point><position>1</position><quantity>5"
    "</quantity></Point></Period></TimeSeries></GL_MarketDocument>";

constexpr std::string_view kUk =
    R"({"data":[{"from":"2018-01-20T12:00Z","to":"2018-01-20T12:30Z",
        "intensity":{"forecast":266,"actual":263,"index":"moderate"}}]})";

constexpr std::string_view kCarbonAware =
    R"([{"location":"eastus","time":"2022-03-01T15:30:00Z","rating":1,"duration":"00:30:00"}])";

TEST(CarbonFiles, TheContentTellsTheFormat) {
  struct Known {
    std::string_view format;
    std::string text;
  };
  for (const Known& known : {
           Known{.format = "entsoe", .text = std::string(kEntsoe)},
           Known{.format = "uk-carbon-intensity", .text = std::string(kUk)},
           Known{.format = "carbon-aware-sdk", .text = std::string(kCarbonAware)},
           Known{.format = "electricitymaps",
                 .text = R"({"zone":"NL","history":[{"datetime":"2024-01-01T00:00:00.000Z",
                     "carbonIntensity":3,"emissionFactorType":"direct","isEstimated":true},
                     {"datetime":"2024-01-01T01:00:00.000Z","carbonIntensity":4}]})"},
           Known{.format = "watttime",
                 .text = R"({"data":[{"point_time":"2024-01-01T00:00:00+00:00","value":100},
                     {"point_time":"2024-01-01T01:00:00+00:00","value":200}],
                     "meta":{"region":"CAISO_NORTH","signal_type":"co2_moer",
                     "units":"lbs_co2_per_mwh","data_point_period_seconds":3600}})"},
           Known{.format = "wide", .text = "datetime_utc,DE\n2021-01-01T00Z,1\n2021-01-01T01Z,2\n"},
           Known{.format = "drover", .text = to_csv({hourly("DE", "2021-01-01T00Z", {1, 2})})},
           Known{.format = "electricitymaps",
                 .text = "Datetime (UTC),Zone Id,Carbon Intensity gCO2eq/kWh (direct)\n"
                         "2021-01-01 00:00:00,AT,1\n2021-01-01 01:00:00,AT,2\n"},
       }) {
    for (const std::string_view mark : {"", "\xEF\xBB\xBF"}) {
      const auto content = parse(std::string(mark) + known.text);
      ASSERT_TRUE(content) << content.error().what;
      EXPECT_EQ(content->format, known.format);
      EXPECT_EQ(content->series.size(), 1);
    }
  }
}

TEST(CarbonFiles, CarriageReturnsChangeNothing) {
  for (const std::string_view text :
       {kEntsoe, kUk, kCarbonAware,
        std::string_view("datetime_utc,DE\n2021-01-01T00Z,1\n2021-01-01T01Z,2\n")}) {
    std::string dos;
    for (const char c : text) {
      dos += c == '\n' ? "\r\n" : c == '>' ? ">\r\n" : std::string(1, c);
    }
    const auto content = parse("\r\n" + dos);
    if (text.starts_with("datetime")) {
      expect_error(content, {"a.dat:2: a blank line"});
    } else {
      ASSERT_TRUE(content) << content.error().what;
      EXPECT_EQ(content->series[0].values, parse(text)->series[0].values);
    }
    EXPECT_TRUE(parse(dos));
  }
}

TEST(CarbonFiles, OptionsReachEveryFormat) {
  FileOptions options = {.scope = Scope::kLifecycle, .zone = ZoneId{"X-1"}, .source = "mine"};
  const auto mix = parse(kEntsoe, options);
  ASSERT_TRUE(mix) << mix.error().what;
  EXPECT_EQ(mix->series[0].zone, ZoneId{"X-1"});
  EXPECT_EQ(mix->series[0].scope, Scope::kLifecycle);
  EXPECT_EQ(mix->series[0].source, "mine");
  options.zone = ZoneId{"SYN-X"};
  EXPECT_EQ(parse(kEntsoe, options)->series[0].source, "synthetic");
  options.basis = Basis::kConsumption;
  expect_error(parse(kEntsoe, options), {"production-based"});
  EXPECT_EQ(parse(kCarbonAware, options)->series[0].basis, Basis::kConsumption);
  FileOptions received = {.source = {}, .issued = at("2018-01-20T12:00Z")};
  EXPECT_EQ(parse(kUk, received)->forecasts.size(), 1);
  EXPECT_EQ(parse(kUk, {})->undated, 1);
}

TEST(CarbonFiles, FinerStepsBecomeMeansWhenAskedFor) {
  constexpr std::string_view kQuarters =
      "datetime_utc,DE\n2021-01-01T00:00Z,1\n2021-01-01T00:15Z,2\n2021-01-01T00:30Z,3\n"
      "2021-01-01T00:45Z,6\n2021-01-01T01:00Z,7\n";
  FileOptions options = kDirect;
  EXPECT_EQ(parse(kQuarters, options)->series[0].step, std::chrono::minutes{15});
  options.step = std::chrono::hours{1};
  const auto hours = parse(kQuarters, options);
  ASSERT_TRUE(hours) << hours.error().what;
  EXPECT_EQ(hours->series[0].values, hourly("DE", "2021-01-01T00Z", {3, testing::kGap}).values);
  EXPECT_EQ(hours->nulls, 1);
  expect_error(parse(kUk, options), {"no whole step of 60min"});
  options.step = std::chrono::minutes{20};
  expect_error(parse(kQuarters, options), {"cannot be made of zone DE"});
  options.issued = at("2018-01-20T12:00Z");
  options.step = std::chrono::minutes{30};
  EXPECT_EQ(parse(kUk, options)->forecasts.size(), 1);
}

TEST(CarbonFiles, WhatIsNotKnownIsAnErrorThatListsWhatIs) {
  expect_error(parse(""), {"empty"});
  expect_error(parse("\xEF\xBB\xBF \r\n"), {"empty"});
  expect_error(parse("{}"), {"JSON", "UK Carbon Intensity", "Carbon Aware SDK"});
  expect_error(parse("[]"), {"JSON"});
  expect_error(parse(R"({"error":"No recent data for zone \"XX\""})"), {"No recent data"});
  expect_error(parse(R"({"zone":"NL","history":[]})"), {"no value"});
  expect_error(parse(R"({"mood":1,"weather":2})"), {"'mood, weather'"});
  expect_error(parse("{\"a\":"), {"no JSON at byte"});
  expect_error(parse("<svg/>"), {"'svg'"});
  expect_error(parse("name,colour\na,b\n"), {"'name,colour'", "datetime_utc", "CarbonCast"});
  expect_error(parse(std::string_view("\x1f\x8b\x08\0\0", 5)), {"no text", "ENTSO-E", "CSV"});
  expect_error(parse("PK\x03\x04 no zip file"), {"zip file"});
}

TEST(CarbonFiles, AFileThatIsNotThereIsNotFound) {
  const auto content = read_carbon_file("/nowhere/at/all.csv", {});
  ASSERT_FALSE(content);
  EXPECT_EQ(content.error().code, Code::kNotFound) << content.error().what;
}

}  // namespace
}  // namespace drover::carbon
