#include "carbon/csv/forecasts.h"

#include <filesystem>
#include <format>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "carbon/testing/times.h"

namespace drover::carbon {
namespace {

using testing::at;
using testing::hourly;
using testing::kGap;

const CsvOptions kDirect = {.scope = Scope::kDirect, .zone = {}, .source = {}};

Result<CsvContent> parse(std::string_view text, const CsvOptions& options = kDirect,
                         const std::string& file = "dir/DE.csv") {
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

constexpr std::string_view kRows =
    "issue_date_utc,h0,h1,h2\n"
    "2021-02-02,4,,6\n"
    "2021-02-01,1,-0.5,3\n"
    "2021-02-03,,,\n";

TEST(ForecastRows, OneForecastPerIssueInOrder) {
  const auto content = parse(kRows);
  ASSERT_TRUE(content) << content.error().what;
  EXPECT_EQ(content->format, "forecast-rows");
  EXPECT_TRUE(content->series.empty());
  ASSERT_EQ(content->forecasts.size(), 2);
  EXPECT_EQ(content->blank_issues, 1);
  EXPECT_EQ(content->clipped, 1);
  const ProviderForecast& first = content->forecasts[0];
  EXPECT_EQ(first.issued, at("2021-02-01"));
  EXPECT_EQ(first.values.start, first.issued);
  EXPECT_EQ(first.values.step, std::chrono::hours{1});
  EXPECT_EQ(first.values.zone, ZoneId{"DE"});
  EXPECT_EQ(first.values.scope, Scope::kDirect);
  EXPECT_FALSE(first.values.issued);
  EXPECT_EQ(first.values.values, hourly("DE", "2021-02-01", {1, 0, 3}).values);
  EXPECT_EQ(content->forecasts[1].values.values, hourly("DE", "2021-02-02", {4, kGap, 6}).values);
}

TEST(ForecastRows, ZoneAndScopeComeFromTheCallerOrTheName) {
  expect_error(parse(kRows, {}), {"dir/DE.csv", "--scope direct"});
  const auto named = parse(kRows, {.zone = ZoneId{"FR"}, .source = "model"}, "lifecycle_x.csv");
  ASSERT_TRUE(named) << named.error().what;
  EXPECT_EQ(named->forecasts[0].values.zone, ZoneId{"FR"});
  EXPECT_EQ(named->forecasts[0].values.scope, Scope::kLifecycle);
  EXPECT_EQ(named->forecasts[0].values.source, "model");
  expect_error(parse(kRows, kDirect, "a b.csv"), {"a b.csv", "--zone"});
  const CsvOptions options = {.scope = Scope::kDirect, .source = {}, .basis = Basis::kConsumption};
  EXPECT_EQ(parse(kRows, options)->forecasts[0].values.basis, Basis::kConsumption);
}

TEST(ForecastRows, AnIssueTwiceMustSayTheSame) {
  const std::string text(kRows);
  const auto same = parse(text + "2021-02-02,4,,6\n");
  ASSERT_TRUE(same) << same.error().what;
  EXPECT_EQ(same->duplicates, 1);
  EXPECT_EQ(same->forecasts.size(), 2);
  expect_error(parse(text + "2021-02-02,4,5,6\n"), {"DE.csv:5", "line 2", "--prefer-last"});
  CsvOptions options = kDirect;
  options.prefer_last = true;
  EXPECT_EQ(parse(text + "2021-02-02,4,5,6\n", options)->forecasts[1].values.values[1],
            Intensity::grams_per_kwh(5));
}

TEST(ForecastRows, BadFilesAreErrorsWithTheirPlace) {
  expect_error(parse("issue_date_utc,h0,h2\n"), {"DE.csv:1", "'h2' should be h1"});
  expect_error(parse("issue_date_utc,h0\n"), {"a header without forecasts"});
  expect_error(parse("issue_date_utc,h0\n2021-02-30,1\n"), {"DE.csv:2, column issue_date_utc"});
  expect_error(parse("issue_date_utc,h0\n2021-02-01,x\n"), {"DE.csv:2, column h0", "'x'"});
  expect_error(parse("issue_date_utc,h0\n2021-02-01,-inf\n"), {"DE.csv:2, column h0", "'-inf'"});
  expect_error(parse("issue_date_utc,h0\n2021-02-01,2001\n"), {"DE.csv:2, column h0", "2001"});
}

// Blocks of 96 hours that begin a day apart, glued together.
std::string blocks(int count) {
  std::string text = "Datetime (UTC),Carbon Intensity Forecast\n";
  for (int block = 0; block < count; ++block) {
    for (int hour = 0; hour < 96; ++hour) {
      const Instant time = at("2021-02-01") + std::chrono::hours{24 * block + hour};
      text += std::format("{},{}\n", format_time(time), 100 * block + hour);
    }
  }
  return text;
}

TEST(ForecastBlocks, TheFirstTimeOfABlockIsItsIssue) {
  const auto content = parse(blocks(3));
  ASSERT_TRUE(content) << content.error().what;
  EXPECT_EQ(content->format, "forecast-blocks");
  ASSERT_EQ(content->forecasts.size(), 3);
  for (std::size_t i = 0; i < 3; ++i) {
    const ProviderForecast& forecast = content->forecasts[i];
    EXPECT_EQ(forecast.issued, at("2021-02-01") + std::chrono::days{i});
    EXPECT_EQ(forecast.values.start, forecast.issued);
    ASSERT_EQ(forecast.values.values.size(), 96);
    EXPECT_EQ(forecast.values.values[95],
              Intensity::grams_per_kwh(100 * static_cast<double>(i) + 95));
  }
}

TEST(ForecastBlocks, ALineTooFewIsAnErrorAndNeverShiftsABlock) {
  std::string text = blocks(2);
  const auto line = text.find("2021-02-01T05");
  text.erase(line, text.find('\n', line) + 1 - line);
  expect_error(parse(text), {"DE.csv:7", "2021-02-01T06:00:00Z is row 6", "96 hourly rows"});
  CsvOptions options = kDirect;
  options.skip_bad = true;
  expect_error(parse(text, options), {"DE.csv:7", "96 hourly rows"});
  const std::string cut = blocks(1);
  expect_error(parse(cut.substr(0, cut.rfind("2021-02-04T23"))), {"last forecast has 95 rows"});
}

TEST(ForecastBlocks, ABadValueMayBeLeftOutAndTheBlockStaysWhereItIs) {
  std::string text = blocks(1);
  const auto first = text.find(",0\n");
  text.replace(first, 2, ",zero");
  expect_error(parse(text), {"DE.csv:2, column Carbon Intensity Forecast", "'zero'"});
  CsvOptions options = kDirect;
  options.skip_bad = true;
  const auto content = parse(text, options);
  ASSERT_TRUE(content) << content.error().what;
  EXPECT_EQ(content->skipped, 1);
  ASSERT_EQ(content->forecasts.size(), 1);
  EXPECT_EQ(content->forecasts[0].issued, at("2021-02-01"));
  EXPECT_FALSE(content->forecasts[0].values.values[0]);
  EXPECT_EQ(content->forecasts[0].values.values[1], Intensity::grams_per_kwh(1));
}

TEST(ForeignForecasts, AreReadFromAFileAndMeasuredValuesAreNot) {
  const auto folder = std::filesystem::path(::testing::TempDir()) / "drover_foreign_forecasts";
  std::filesystem::create_directories(folder);
  const auto write = [&](std::string_view text) {
    std::ofstream(folder / "DE.csv") << text;
    return (folder / "DE.csv").string();
  };
  const auto forecasts = read_foreign_forecasts(write(kRows), kDirect);
  ASSERT_TRUE(forecasts) << forecasts.error().what;
  EXPECT_EQ(forecasts->size(), 2);
  EXPECT_EQ(forecasts->front().values.zone, ZoneId{"DE"});
  const auto measured = read_foreign_forecasts(
      write("datetime_utc,DE\n2021-01-01T00Z,1\n2021-01-01T01Z,2\n"), kDirect);
  ASSERT_FALSE(measured);
  EXPECT_NE(measured.error().what.find("no forecasts"), std::string::npos) << measured.error().what;
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace drover::carbon
