// `drover carbon backtest` from files to table, JSON and plot.
#include <cmath>
#include <filesystem>
#include <format>
#include <fstream>
#include <numbers>
#include <sstream>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/progress_bar.h"
#include "cli/run_carbon_test.h"
#include "os/testing/expect.h"
#include "os/testing/temp_dir.h"

namespace drover::cli {
namespace {

using nlohmann::json;
using testing::Outcome;
using testing::run_carbon;

const Instant kStart = parse_time("2022-01-01").value();
constexpr int kHours = 60 * 24;

// A day's wave whose level drifts by a tenth an hour.
double truth(int hour) {
  return 300 + (100 * std::sin(2 * std::numbers::pi * hour / 24)) + (0.1 * hour);
}

std::string read(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

class CarbonBacktest : public ::testing::Test {
 protected:
  CarbonBacktest() {
    std::ofstream csv(path("direct_2022.csv"));
    csv << "datetime_utc,DE,FR\n";
    for (int hour = 0; hour < kHours; ++hour) {
      csv << std::format("{},{:.3f},{:.3f}\n", format_time(kStart + std::chrono::hours{hour}),
                         truth(hour), truth(hour) / 2);
    }
  }

  // Foreign forecasts that are five percent too high, of every midnight.
  void write_external() {
    std::filesystem::create_directory(path("external"));
    for (const auto& [zone, part] : {std::pair{"DE", 1.0}, {"FR", 0.5}}) {
      std::ofstream csv(path("external") + "/" + zone + ".csv");
      csv << "issue_date_utc";
      for (int lead = 0; lead < 96; ++lead) {
        csv << ",h" << lead;
      }
      for (int day = 0; day < 60; ++day) {
        csv << '\n' << format_time(kStart + std::chrono::days{day}).substr(0, 10);
        for (int lead = 0; lead < 96; ++lead) {
          csv << std::format(",{:.3f}", 1.05 * part * truth((24 * day) + lead));
        }
      }
      csv << '\n';
    }
  }

  [[nodiscard]] std::string path(const std::string& name) const { return folder_ / name; }

  Outcome run(std::vector<std::string> more) {
    std::vector<std::string> arguments = {
        "backtest", "--csv", path("direct_2022.csv"), "--from", "2022-02-10", "--to", "2022-02-20"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_carbon(arguments);
  }

  json report(std::vector<std::string> more) {
    more.insert(more.end(), {"--json", "-"});
    const auto outcome = run(std::move(more));
    EXPECT_THAT(outcome.result, os::testing::IsOk());
    return json::parse(outcome.out, nullptr, false);
  }

  os::testing::TempDir folder_;
};

TEST_F(CarbonBacktest, TheReportHasEveryFigureOfEveryModelAndTheForeignOne) {
  write_external();
  const auto all =
      report({"--models", "persistence,seasonal-naive-24h", "--external", path("external")});
  for (const auto* zone : {"DE", "FR"}) {
    for (const auto* model : {"persistence", "seasonal-naive-24h", "external"}) {
      const auto& figures = all["zones"][zone][model];
      for (const auto* key : {"mape_day1", "mape_96h", "mae_day1", "mae_96h"}) {
        EXPECT_TRUE(figures[key].is_number()) << zone << model << key;
      }
      EXPECT_TRUE(figures.contains("coverage90"));
      EXPECT_EQ(figures["n"], 10);
    }
    EXPECT_NEAR(all["zones"][zone]["external"]["mape_day1"].get<double>(), 5, 0.01);
    EXPECT_NEAR(all["zones"][zone]["external"]["mape_96h"].get<double>(), 5, 0.01);
  }
  // The last day repeats: the drift of 2.4 a day is all the error of the first one.
  EXPECT_NEAR(all["zones"]["DE"]["seasonal-naive-24h"]["mae_day1"].get<double>(), 2.4, 0.01);
  EXPECT_NEAR(all["zones"]["DE"]["seasonal-naive-24h"]["mae_96h"].get<double>(), 6, 0.01);
  for (const auto* over : {"mean", "median"}) {
    EXPECT_NEAR(all[over]["external"]["mape_day1"].get<double>(), 5, 0.01);
    EXPECT_NEAR(all[over]["seasonal-naive-24h"]["mae_day1"].get<double>(), 1.8, 0.01);
  }
  EXPECT_EQ(all["against_external"]["seasonal-naive-24h"]["lower_wape_day1"], 2);
}

TEST_F(CarbonBacktest, EveryHourOrOneIsAnIssue) {
  const std::vector<std::string> short_one = {"--models", "persistence", "--zones",
                                              "DE",       "--horizon",   "24"};
  auto with = [&](const std::string& hour) {
    auto arguments = short_one;
    arguments.insert(arguments.end(), {"--issue-hour", hour});
    return report(arguments)["zones"]["DE"]["persistence"];
  };
  EXPECT_EQ(with("0")["n"], 10);
  EXPECT_EQ(with("all")["n"], 240);
  EXPECT_NE(with("6")["mae_day1"], with("18")["mae_day1"]) << "of the wave's top and bottom";
  auto wrong = short_one;
  wrong.insert(wrong.end(), {"--issue-hour", "24"});
  EXPECT_THAT(run(wrong).result, os::testing::FailsWith(Code::kInvalid, "--issue-hour"));
}

TEST_F(CarbonBacktest, ATableAndPlotsAreForPeople) {
  const auto outcome = run(
      {"--models", "persistence,climatology", "--plot", path("a.svg"), "--json", path("a.json")});
  ASSERT_THAT(outcome.result, os::testing::IsOk());
  EXPECT_TRUE(outcome.out.starts_with("ZONE    MODEL        MAPE%:d1  d4")) << outcome.out;
  EXPECT_TRUE(outcome.out.contains("\nmedian  climatology")) << outcome.out;
  EXPECT_TRUE(read(path("a.svg")).contains("<svg"));
  EXPECT_EQ(json::parse(read(path("a.json")))["horizon_h"], 96);
  ASSERT_THAT(run({"--models", "persistence", "--plot", path("a.png")}).result,
              os::testing::IsOk());
  EXPECT_TRUE(read(path("a.png")).starts_with("\x89PNG"));
}

TEST_F(CarbonBacktest, WrongUsageIsToldAndWritesNothing) {
  const auto fails = [&](std::vector<std::string> more, Code code, const std::string& part) {
    more.insert(more.end(), {"--json", path("no.json")});
    EXPECT_THAT(run(std::move(more)).result, os::testing::FailsWith(code, part));
    EXPECT_FALSE(std::filesystem::exists(path("no.json")));
  };
  fails({"--models", "ridgy"}, Code::kNotFound, "did you mean 'ridge'");
  fails({"--zones", "DEU"}, Code::kNotFound, "no data of zone 'DEU'");
  fails({"--plot", path("a.pdf")}, Code::kInvalid, "a.pdf");
}

TEST(ProgressBar, SaysHowFarItIs) {
  ProgressBar bar("backtest", 6);
  for (int i = 0; i < 3; ++i) {
    bar.step();
  }
  EXPECT_EQ(bar.text(), "backtest [###############...............] 50 % (3/6)");
  for (int i = 0; i < 9; ++i) {
    bar.step();
  }
  EXPECT_TRUE(bar.text().ends_with("] 100 % (6/6)"));
}

}  // namespace
}  // namespace drover::cli
