// Every carbon CSV that lies beside the checkout must import, whatever year it is of; nothing of
// its content is repeated here. Without such data these tests are skipped, and say so; the last
// test does the same on the synthetic grid.
#include <algorithm>
#include <filesystem>
#include <format>
#include <fstream>
#include <map>
#include <sstream>

#include <gtest/gtest.h>

#include "carbon/csv/import.h"
#include "carbon/synthetic.h"
#include "carbon/testing/times.h"

namespace drover::carbon {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files(const std::string& folder, const std::string& prefix) {
  std::vector<fs::path> found;
  const fs::path root = fs::path(DROVER_SHARED_DATA) / folder;
  for (std::error_code ignored; const auto& entry : fs::directory_iterator(root, ignored)) {
    const auto name = entry.path().filename().string();
    if (name.starts_with(prefix) && name.ends_with(".csv")) {
      found.push_back(entry.path());
    }
  }
  std::ranges::sort(found);
  return found;
}

#define SKIP_WITHOUT(list)                                          \
  if ((list).empty()) {                                             \
    GTEST_SKIP() << "no real carbon data in " << DROVER_SHARED_DATA \
                 << "; only synthetic data is tested";              \
  }

// Counted without the importer: rows, columns and blank fields.
struct Census {
  std::size_t rows = 0;
  std::size_t zones = 0;
  std::size_t blanks = 0;
};

Census census(const fs::path& path) {
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  Census count = {
      .rows = 0, .zones = static_cast<std::size_t>(std::ranges::count(line, ',')), .blanks = 0};
  while (std::getline(in, line)) {
    ++count.rows;
    line += ',';
    for (auto at = line.find(",,"); at != std::string::npos; at = line.find(",,", at + 1)) {
      ++count.blanks;
    }
  }
  return count;
}

std::size_t count_gaps(const Series& series) {
  return static_cast<std::size_t>(std::ranges::count(series.values, std::optional<Intensity>{}));
}

TEST(RealData, EveryWideFileImportsWhole) {
  auto paths = files("carbon/em_carbonx", "direct_");
  std::ranges::copy(files("carbon/em_carbonx", "lifecycle_"), std::back_inserter(paths));
  std::ranges::copy(files("carbon/carboncast", ""), std::back_inserter(paths));
  SKIP_WITHOUT(paths);
  for (const auto& path : paths) {
    const auto content = read_carbon_csv(path.string(), {});
    ASSERT_TRUE(content) << content.error().what;
    const Census counted = census(path);
    EXPECT_EQ(content->series.size(), counted.zones) << path;
    std::size_t gaps = 0;
    for (const Series& series : content->series) {
      EXPECT_EQ(series.step, std::chrono::hours{1});
      EXPECT_EQ(series.values.size(), counted.rows) << path << " " << series.zone.str();
      gaps += count_gaps(series);
    }
    EXPECT_EQ(gaps, counted.blanks) << path;
  }
}

TEST(RealData, DirectMayBeZeroAndLifecycleNeverIs) {
  const auto paths = files("carbon/em_carbonx", "lifecycle_");
  SKIP_WITHOUT(paths);
  for (const auto& path : paths) {
    const auto content = read_carbon_csv(path.string(), {});
    ASSERT_TRUE(content) << content.error().what;
    for (const Series& series : content->series) {
      EXPECT_EQ(series.scope, Scope::kLifecycle);
      EXPECT_EQ(std::ranges::count(series.values, std::optional(Intensity{})), 0)
          << path << " " << series.zone.str();
    }
  }
}

TEST(RealData, OtherTablesAreRefusedWithTheirHeader) {
  auto paths = files("carbon/em_carbonx", "zones");
  std::ranges::copy(files("kubeflex", ""), std::back_inserter(paths));
  SKIP_WITHOUT(paths);
  for (const auto& path : paths) {
    const auto content =
        read_carbon_csv(path.string(), {.scope = Scope::kDirect, .zone = {}, .source = {}});
    ASSERT_FALSE(content) << path;
    EXPECT_TRUE(content.error().what.starts_with(path.string())) << content.error().what;
  }
}

TEST(RealData, EveryForeignForecastImportsWhole) {
  const auto paths = files("forecast/sundial", "");
  SKIP_WITHOUT(paths);
  for (const auto& path : paths) {
    const auto content = read_carbon_csv(path.string(), {.scope = Scope::kDirect, .source = {}});
    ASSERT_TRUE(content) << content.error().what;
    EXPECT_EQ(content->format, "forecast-rows");
    std::ifstream in(path);
    std::string line;
    std::getline(in, line);
    const auto leads = static_cast<std::size_t>(std::ranges::count(line, ','));
    std::size_t issues = 0;
    std::int64_t blank = 0;
    std::int64_t negative = 0;
    while (std::getline(in, line)) {
      const bool empty = line.contains(",,,,");
      blank += empty ? 1 : 0;
      issues += empty ? 0 : 1;
      for (auto at = line.find(",-"); at != std::string::npos; at = line.find(",-", at + 1)) {
        negative += std::stod(line.substr(at + 1)) < 0 ? 1 : 0;  // "-0" is none
      }
    }
    EXPECT_EQ(content->forecasts.size(), issues) << path;
    EXPECT_EQ(content->blank_issues, blank) << path;
    EXPECT_EQ(content->clipped, negative) << path;
    for (const ProviderForecast& forecast : content->forecasts) {
      EXPECT_EQ(forecast.values.zone.str(), path.stem().string());
      EXPECT_EQ(forecast.values.values.size(), leads);
      EXPECT_EQ(forecast.values.start, forecast.issued);
    }
  }
}

// The stand-in for the real files: all ten zones over a leap year with gaps, written as a wide file
// and read back.
TEST(SyntheticData, AWideFileOfAYearImportsWhole) {
  std::vector<Series> all;
  for (const ZoneId& zone : synthetic_zones()) {
    all.push_back(*synthetic_series({.zone = zone,
                                     .from = testing::at("2024-01-01T00Z"),
                                     .to = testing::at("2025-01-01T00Z"),
                                     .gap_probability = 0.002}));
  }
  std::ranges::sort(all, {}, &Series::zone);
  std::ostringstream text;
  text << "datetime_utc";
  for (const Series& series : all) {
    text << ',' << series.zone.str();
  }
  for (std::size_t hour = 0; hour < all[0].values.size(); ++hour) {
    text << '\n'
         << std::format("{:%FT%HZ}", std::chrono::floor<std::chrono::seconds>(
                                         all[0].start + all[0].step * static_cast<int>(hour)));
    for (const Series& series : all) {
      text << ','
           << (series.values[hour] ? std::format("{}", series.values[hour]->grams_per_kwh()) : "");
    }
  }
  const auto content = parse_carbon_csv(text.str(), "direct_2024_synthetic.csv", {});
  ASSERT_TRUE(content) << content.error().what;
  ASSERT_EQ(content->series.size(), all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_GT(count_gaps(all[i]), 0);
    EXPECT_EQ(content->series[i].zone, all[i].zone);
    EXPECT_EQ(content->series[i].values, all[i].values);
    EXPECT_EQ(content->series[i].source, "synthetic");
  }
}

}  // namespace
}  // namespace drover::carbon
