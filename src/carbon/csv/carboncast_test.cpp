#include <string>

#include <gtest/gtest.h>

#include "carbon/csv/import.h"
#include "carbon/testing/times.h"

namespace drover::carbon {
namespace {

using testing::at;
using testing::hourly;
using testing::kGap;

constexpr std::string_view kHeader = ",UTC time,carbon_intensity,coal,nat_gas,other\n";

Result<CsvContent> parse(const std::string& rows,
                         const std::string& file = "CISO_direct_emissions.csv",
                         const CsvOptions& options = {}) {
  return parse_carbon_csv(std::string(kHeader) + rows, file, options);
}

void expect_error(const Result<CsvContent>& content,
                  std::initializer_list<std::string_view> parts) {
  ASSERT_FALSE(content);
  for (const auto part : parts) {
    EXPECT_NE(content.error().what.find(part), std::string::npos)
        << part << "\nnot in: " << content.error().what;
  }
}

TEST(CarbonCastCsv, TheFileNameTellsZoneAndScope) {
  const auto content = parse(
      "0,2020-01-01 00:00:00,242.9,12,7290,0\n1,2020-01-01 01:00:00,,12,7290,0\n"
      "2,2020-01-01 02:00:00,0,0,0,0\n");
  ASSERT_TRUE(content) << content.error().what;
  EXPECT_EQ(content->format, "carboncast");
  ASSERT_EQ(content->series.size(), 1);
  const Series& series = content->series[0];
  EXPECT_EQ(series.zone, ZoneId{"CISO"});
  EXPECT_EQ(series.scope, Scope::kDirect);
  EXPECT_EQ(series.basis, Basis::kProduction);
  EXPECT_EQ(series.source, "carboncast");
  EXPECT_EQ(series.values, hourly("CISO", "2020-01-01", {242.9, kGap, 0}).values);
}

TEST(CarbonCastCsv, DatesAreIsoOrMonthFirst) {
  for (const std::string rows :
       {"0,2020-03-04 00:00:00+00:00,1,0,0,0\n1,2020-03-04 01:00:00+00:00,2,0,0,0\n",
        "0,03/04/2020 00:00:00,1,0,0,0\n1,03/04/2020 01:00:00,2,0,0,0\n",
        "0,3/4/2020 0:00,1,0,0,0\n1,3/4/2020 1:00,2,0,0,0\n"}) {
    const auto content = parse(rows);
    ASSERT_TRUE(content) << content.error().what;
    EXPECT_EQ(content->series[0].start, at("2020-03-04")) << rows;
    EXPECT_EQ(content->series[0].step, std::chrono::hours{1}) << rows;
  }
  for (const std::string time : {"13/01/2020 00:00:00", "01/01/20 00:00:00", "/1/2020", "1/2",
                                 "001/1/2020 00:00", "1/1/2020 24:00", "1/1/2020 x", "1//2020"}) {
    expect_error(parse("0," + time + ",1,0,0,0\n"),
                 {"CISO_direct_emissions.csv:2, column UTC time", time, "month first"});
  }
}

TEST(CarbonCastCsv, OptionsNameWhatTheFileNameDoesNot) {
  const std::string rows = "0,2020-01-01 00:00,1,0,0,0\n1,2020-01-01 01:00,2,0,0,0\n";
  expect_error(parse(rows, "ciso.csv"), {"ciso.csv", "--zone"});
  expect_error(parse(rows, "ciso.csv", {.zone = ZoneId{"US-CAL-CISO"}, .source = {}}), {"--scope"});
  const auto content =
      parse(rows, "DE_lifecycle_emissions.csv", {.zone = ZoneId{"DE2"}, .source = "mine"});
  ASSERT_TRUE(content) << content.error().what;
  EXPECT_EQ(content->series[0].zone, ZoneId{"DE2"});
  EXPECT_EQ(content->series[0].scope, Scope::kLifecycle);
  EXPECT_EQ(content->series[0].source, "mine");
  expect_error(parse(rows, "DE_direct_emissions.csv", {.source = {}, .basis = Basis::kConsumption}),
               {"production-based", "--basis"});
}

TEST(CarbonCastCsv, BadRowsNameTheirPlace) {
  expect_error(parse("0,2020-01-01 00:00:00,-1,0,0,0\n"),
               {"CISO_direct_emissions.csv:2, column carbon_intensity", "'-1' is negative"});
  expect_error(
      parse_carbon_csv("UTC time,carbon_intensity,UTC time\n", "A_direct_emissions.csv", {}),
      {":1", "two columns are named utc time"});
}

}  // namespace
}  // namespace drover::carbon
