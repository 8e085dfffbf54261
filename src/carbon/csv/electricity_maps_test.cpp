#include <format>
#include <string>

#include <gtest/gtest.h>

#include "carbon/csv/import.h"
#include "carbon/testing/times.h"

namespace drover::carbon {
namespace {

using testing::hourly;
using testing::kGap;

const CsvOptions kBoth;

Result<CsvContent> parse(std::string_view text, const CsvOptions& options = kBoth) {
  return parse_carbon_csv(text, "a.csv", options);
}

void expect_error(const Result<CsvContent>& content,
                  std::initializer_list<std::string_view> parts) {
  ASSERT_FALSE(content);
  for (const auto part : parts) {
    EXPECT_NE(content.error().what.find(part), std::string::npos)
        << part << "\nnot in: " << content.error().what;
  }
}

// Two hours known and one unknown of zone AT, direct then lifecycle.
void expect_austria(const Result<CsvContent>& content) {
  ASSERT_TRUE(content) << content.error().what;
  EXPECT_EQ(content->format, "electricitymaps");
  ASSERT_EQ(content->series.size(), 2);
  EXPECT_EQ(content->series[0].zone, ZoneId{"AT"});
  EXPECT_EQ(content->series[0].scope, Scope::kDirect);
  EXPECT_EQ(content->series[0].source, "electricitymaps");
  EXPECT_EQ(content->series[0].start, testing::at("2021-01-01T00:00:00Z"));
  EXPECT_EQ(content->series[0].values,
            hourly("AT", "2021-01-01T00:00:00Z", {273.02, kGap, 270}).values);
  EXPECT_EQ(content->series[1].scope, Scope::kLifecycle);
  EXPECT_EQ(content->series[1].values,
            hourly("AT", "2021-01-01T00:00:00Z", {326.98, kGap, 320}).values);
}

constexpr std::string_view kKindA =
    "Datetime (UTC),Country,Zone Name,Zone Id,Carbon Intensity gCO₂eq/kWh (direct),"
    "Carbon Intensity gCO₂eq/kWh (LCA),Low Carbon Percentage,Renewable Percentage,Data Source,"
    "Data Estimated,Data Estimation Method\n"
    "2021-01-01 00:00:00,Austria,Austria,AT,273.02,326.98,58.4,42.37,entsoe.eu,False,\n"
    "2021-01-01 01:00:00,Austria,\"Austria, all\",AT,,,58.4,42.37,entsoe.eu,True,TIME_SLICER\n"
    "2021-01-01 02:00:00,Austria,Austria,AT,270,320,58.4,42.37,entsoe.eu,true,TIME_SLICER\n";

TEST(ElectricityMapsCsv, KindAGivesBothScopes) {
  const auto content = parse(kKindA);
  expect_austria(content);
  EXPECT_EQ(content->estimated, 1) << "an unknown hour is not estimated";
  for (const Series& series : content->series) {
    EXPECT_EQ(series.basis, Basis::kConsumption);
    EXPECT_EQ(series.estimated, (std::vector{false, false, true}));
  }
}

TEST(ElectricityMapsCsv, TheValuesAreConsumptionBasedAndNothingElse) {
  EXPECT_TRUE(parse(kKindA, {.source = {}, .basis = Basis::kConsumption}));
  expect_error(parse(kKindA, {.source = {}, .basis = Basis::kProduction}),
               {"a.csv", "consumption-based, not production", "--basis"});
}

TEST(ElectricityMapsCsv, KindBHasOtherWordsForTheSame) {
  const auto content = parse(
      "Datetime (UTC),Country,Zone name,Zone id,Carbon intensity gCO₂eq/kWh (direct),"
      "Carbon intensity gCO₂eq/kWh (Life cycle),Carbon-free energy percentage (CFE%),"
      "Renewable energy percentage (RE%),Data source,Data estimated,Data estimation method\n"
      "2021-01-01 00:00:00,Austria,Austria,AT,273.02,326.98,58.4,42.37,entsoe.eu,false,\n"
      "2021-01-01 01:00:00,Austria,Austria,AT,NaN,null,58.4,42.37,entsoe.eu,0,\n"
      "2021-01-01 02:00:00,Austria,Austria,AT,270,320,58.4,42.37,entsoe.eu,1,TIME_SLICER\n");
  expect_austria(content);
  EXPECT_EQ(content->estimated, 1);
}

TEST(ElectricityMapsCsv, KindCHasBothScopesAndItsTimesAnOffset) {
  constexpr std::string_view kBulk =
      "datetime,timestamp,carbon_intensity_avg,carbon_intensity_direct_avg,carbon_intensity_"
      "production_avg,source\n"
      "2021-01-01 00:00:00+00:00,1609459200,326.98,273.02,1,{0}\n"
      "2021-01-01 02:00:00+01:00,1609462800,,,1,{0}\n"
      "2021-01-01 02:00:00+00:00,1609466400,320,270,1,{0}\n";
  const auto bulk = [&](std::string_view source) {
    return std::vformat(kBulk, std::make_format_args(source));
  };
  expect_austria(parse(bulk("AT")));
  const CsvOptions named = {.scope = {}, .zone = ZoneId{"AT"}, .source = {}};
  expect_austria(parse(bulk("entsoe.eu"), named));
  expect_error(parse(bulk("entsoe.eu")), {"a.csv:2", "names no zone", "--zone"});
  expect_error(parse(bulk("DE"), named), {"no row of zone AT"});
}

TEST(ElectricityMapsCsv, KindDIsPlainReorderedAndShortened) {
  expect_austria(
      parse("ZONE ID,carbon  intensity gCO2eq/kWh (LCA),CARBON INTENSITY GCO2EQ/KWH "
            "(DIRECT),datetime (utc)\r\n"
            "AT,326.98,273.02,2021-01-01 00:00:00\r\n"
            "AT,,,2021-01-01 01:00:00\r\n"
            "AT,320,270,2021-01-01 02:00:00\r\n"));
}

TEST(ElectricityMapsCsv, TheCallerMayChooseOneScope) {
  const auto content = parse(kKindA, {.scope = Scope::kLifecycle, .zone = {}, .source = {}});
  ASSERT_TRUE(content) << content.error().what;
  ASSERT_EQ(content->series.size(), 1);
  EXPECT_EQ(content->series[0].scope, Scope::kLifecycle);
}

constexpr std::string_view kNoZone =
    "Datetime (UTC),Carbon Intensity gCO2eq/kWh (direct)\n"
    "2021-01-01 00:00:00,1\n"
    "2021-01-01 01:00:00,2\n";

TEST(ElectricityMapsCsv, AZoneIsNeverGuessed) {
  expect_error(parse(kNoZone), {"a.csv:2", "names no zone", "--zone"});
  const auto content = parse(kNoZone, {.scope = {}, .zone = ZoneId{"AT"}, .source = {}});
  ASSERT_TRUE(content) << content.error().what;
  EXPECT_EQ(content->series[0].zone, ZoneId{"AT"});
}

TEST(ElectricityMapsCsv, FilesOfSeveralZonesMayBeAppended) {
  constexpr std::string_view kHeader =
      "Datetime (UTC),Zone id,Carbon intensity gCO2eq/kWh (direct)\n";
  const std::string rows =
      std::string(kHeader) +
      "2021-01-01 00:00:00,FR,1\n2021-01-01 01:00:00,FR,2\n"
      "2021-01-01 00:00:00,DE,3\n2021-01-01 01:00:00,DE,4\n2021-01-01 01:00:00,DE,4\n";
  const auto content = parse(rows);
  ASSERT_TRUE(content) << content.error().what;
  ASSERT_EQ(content->series.size(), 2);
  EXPECT_EQ(content->series[0].zone, ZoneId{"DE"});
  EXPECT_EQ(content->duplicates, 1);
  EXPECT_EQ(parse(rows, {.scope = {}, .zone = ZoneId{"FR"}, .source = {}})->series.size(), 1);
}

TEST(ElectricityMapsCsv, UnknownUnitsMissingScopesAndDoubledColumnsAreErrors) {
  expect_error(parse("Datetime (UTC),Zone id,Carbon intensity lbCO2/MWh (direct)\n"),
               {"a.csv:1", "'Carbon intensity lbCO2/MWh (direct)'", "gCO2eq/kWh"});
  expect_error(parse("Datetime (UTC),Carbon Intensity predicted\n"),
               {"a.csv:1", "'Carbon Intensity predicted'"});
  expect_error(parse(kNoZone, {.scope = Scope::kLifecycle, .zone = {}, .source = {}}),
               {"a.csv:1", "lifecycle", "--scope"});
  expect_error(parse("Datetime (UTC),Zone id,Zone Id,Carbon intensity gCO2eq/kWh (direct)\n"),
               {"'Zone Id' mean the same"});
}

TEST(ElectricityMapsCsv, EveryBadLineIsAnErrorWithPlaceValueAndWayOut) {
  const std::string header =
      "Datetime (UTC),Zone id,Carbon intensity gCO2eq/kWh (direct),Data estimated\n";
  const std::string good = header + "2021-01-01 00:00:00,AT,1,\n";
  expect_error(parse(good + "2021-01-01 01:00:00,AT,-1,\n"),
               {"a.csv:3, column Carbon intensity gCO2eq/kWh (direct)", "'-1' is negative"});
  expect_error(parse(good + "01/02/2021 01:00,AT,1,\n"),
               {"a.csv:3, column Datetime (UTC)", "'01/02/2021 01:00'"});
  expect_error(parse(good + "2021-01-01 01:00:00,AT,1,maybe\n"),
               {"a.csv:3, column Data estimated", "'maybe'"});
  expect_error(parse(good + "2021-01-01 01:00:00,A T,1,\n"),
               {"a.csv:3, column Zone id", "'A T' is not a zone id"});
  expect_error(parse(good + "2021-01-01 00:00:00,AT,2,\n"), {"a.csv:3", "contradicts", "line 2"});
  expect_error(parse(good + "2020-01-01 00:00:00,AT,2,\n"), {"a.csv:3", "comes after"});
  expect_error(parse(header), {"a.csv: a header without rows"});
}

}  // namespace
}  // namespace drover::carbon
