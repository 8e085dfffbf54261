#include <filesystem>
#include <format>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/run_carbon_test.h"
#include "os/testing/temp_dir.h"

namespace drover::cli {
namespace {

using nlohmann::json;

using testing::Outcome;

class CarbonCommand : public ::testing::Test {
 protected:
  [[nodiscard]] std::string path(const std::string& name) const {
    return (folder_ / name).string();
  }

  std::string file(const std::string& name, const std::string& text) {
    std::ofstream(path(name)) << text;
    return path(name);
  }

  static Outcome run(std::vector<std::string> arguments) {
    return testing::run_carbon(std::move(arguments));
  }

  // Two days of a zone with one gap; hour h has the value h.
  std::string two_days() {
    std::string text = "datetime_utc,DE\n";
    for (int hour = 0; hour < 48; ++hour) {
      text += std::format("2022-03-{:02}T{:02}Z,{}\n", 1 + hour / 24, hour % 24,
                          hour == 5 ? "" : std::to_string(hour));
    }
    return file("direct_2022.csv", text);
  }

  os::testing::TempDir folder_;
};

void expect_error(const Outcome& outcome, Code code, std::string_view part) {
  ASSERT_FALSE(outcome.result);
  EXPECT_EQ(outcome.result.error().code, code) << outcome.result.error().what;
  EXPECT_NE(outcome.result.error().what.find(part), std::string::npos)
      << outcome.result.error().what;
  EXPECT_EQ(outcome.out, "");
}

TEST_F(CarbonCommand, ImportListShowAndForecastWorkTogether) {
  const auto imported = run({"import", two_days(), "--store", path("c.db"), "--json"});
  ASSERT_TRUE(imported.result) << imported.result.error().what;
  EXPECT_EQ(*imported.result, kExitOk);
  EXPECT_EQ(json::parse(imported.out)["inserted"], 47);
  EXPECT_EQ(json::parse(imported.out)["gaps"], 1);
  EXPECT_EQ(json::parse(imported.out)["files"][0]["format"], "wide");
  EXPECT_EQ(
      json::parse(run({"import", two_days(), "--store", path("c.db"), "--json"}).out)["unchanged"],
      47);

  const auto zones = json::parse(run({"list", "--store", path("c.db"), "--json"}).out)["zones"];
  ASSERT_EQ(zones.size(), 1);
  EXPECT_EQ(zones[0]["zone"], "DE");
  EXPECT_EQ(zones[0]["scope"], "direct");
  EXPECT_EQ(zones[0]["end"], "2022-03-03T00:00:00Z");
  EXPECT_EQ(zones[0]["synthetic"], false);

  const auto shown = json::parse(run({"show", "DE", "--store", path("c.db"), "--json"}).out);
  EXPECT_EQ(shown["start"], "2022-03-01T00:00:00Z");
  EXPECT_EQ(shown["values_g_per_kwh"].size(), 48);
  EXPECT_TRUE(shown["values_g_per_kwh"][5].is_null());

  const auto forecast = json::parse(run({"forecast", "DE", "--store", path("c.db"), "--at",
                                         "2022-03-02T00Z", "--hours", "6", "--json"})
                                        .out);
  EXPECT_EQ(forecast["model"], "seasonal-naive-24h");
  EXPECT_EQ(forecast["mean_g_per_kwh"], (json::array({0.0, 1.0, 2.0, 3.0, 4.0, 5.0})));
  EXPECT_FALSE(forecast["fallback"].is_null()) << "the unknown hour was imputed";
}

TEST_F(CarbonCommand, ImportKnowsFilesByTheirContent) {
  const auto uk = file("any.name", R"({"data":[{"from":"2022-03-01T12:00Z","to":"2022-03-01T12:30Z",
      "intensity":{"forecast":266,"actual":263,"index":"moderate"}}]})");
  const auto imported = run({"import", two_days(), uk, "--store", path("c.db"), "--issued",
                             "2022-03-01T12:00Z", "--json"});
  ASSERT_TRUE(imported.result) << imported.result.error().what;
  const auto out = json::parse(imported.out);
  EXPECT_EQ(out["inserted"], 48);
  EXPECT_EQ(out["forecasts"], 1);
  EXPECT_EQ(out["files"][0]["format"], "wide");
  EXPECT_EQ(out["files"][0]["unknown"], 1);
  EXPECT_EQ(out["files"][1]["format"], "uk-carbon-intensity");
  EXPECT_EQ(out["files"][1]["forecasts"], 1);
  EXPECT_EQ(json::parse(run({"import", uk, "--store", path("c.db"), "--issued", "2022-03-01T12:00Z",
                             "--json"})
                            .out)["forecasts"],
            0)
      << "the same forecast again changes nothing";
}

TEST_F(CarbonCommand, ImportTakesForeignForecastsIntoTheStore) {
  const auto forecasts = file("DE.csv", "issue_date_utc,h0,h1\n2022-03-01,1,-2\n2022-03-02,,\n");
  expect_error(run({"import", forecasts, "--store", path("c.db")}), Code::kInvalid, "--scope");
  const auto imported = run({"import", forecasts, "--store", path("c.db"), "--scope", "direct"});
  ASSERT_TRUE(imported.result) << imported.result.error().what;
  EXPECT_NE(
      imported.out.find("forecast-rows, 0 series, 1 forecasts; 1 negative forecast set to 0, 1 "
                        "forecast without values left out\n"),
      std::string::npos)
      << imported.out;
  EXPECT_NE(imported.out.find("1 forecasts new or replaced"), std::string::npos) << imported.out;
}

TEST_F(CarbonCommand, ImportLeavesBadLinesOutOnlyWhenTold) {
  const auto bad = file("direct_bad.csv",
                        "datetime_utc,DE\n2022-03-01T00Z,1\n2022-03-01T01Z,x\n2022-03-01T02Z,3\n"
                        "2022-03-01T03Z,4\n");
  expect_error(run({"import", bad, "--store", path("c.db")}), Code::kInvalid,
               "direct_bad.csv:3, column DE: 'x'");
  EXPECT_FALSE(std::filesystem::exists(path("c.db"))) << "nothing is imported";
  const auto imported = run({"import", bad, "--store", path("c.db"), "--skip-bad"});
  ASSERT_TRUE(imported.result) << imported.result.error().what;
  EXPECT_NE(imported.out.find("direct_bad.csv: wide, 1 series; 1 bad line left out\n  left out: "),
            std::string::npos)
      << imported.out;
  EXPECT_NE(imported.out.find("3 new values, 0 revised, 0 unchanged; 1 hours are unknown"),
            std::string::npos)
      << imported.out;
}

TEST_F(CarbonCommand, ImportRefusesOptionsThatContradictTheFile) {
  const auto mix = file("mix.xml",
                        "<Acknowledgement_MarketDocument><Reason><code>999</code>"
                        "<text>No matching data</text></Reason>"
                        "</Acknowledgement_MarketDocument>");
  expect_error(run({"import", mix, "--store", path("c.db")}), Code::kNotFound, "No matching data");
  expect_error(run({"import", mix, "--store", path("c.db"), "--basis", "consumption"}),
               Code::kInvalid, "production-based");
  expect_error(run({"import", mix, "--store", path("c.db"), "--basis", "both"}), Code::kInvalid,
               "--basis");
  expect_error(run({"import", mix, "--store", path("c.db"), "--step", "1d"}), Code::kInvalid,
               "--step");
  expect_error(run({"import", mix, "--store", path("c.db"), "--issued", "noon"}), Code::kInvalid,
               "--issued");
}

TEST_F(CarbonCommand, TextIsForPeople) {
  ASSERT_TRUE(run({"import", two_days(), "--store", path("c.db")}).result);
  EXPECT_NE(run({"list", "--store", path("c.db")}).out.find("DE"), std::string::npos);
  const auto shown = run({"show", "DE", "--store", path("c.db"), "--from", "2022-03-01T04Z", "--to",
                          "2022-03-01T07Z"})
                         .out;
  EXPECT_NE(shown.find("2022-03-01 05:00  unknown"), std::string::npos) << shown;
  const auto flat =
      run({"forecast", "DE", "--store", path("c.db"), "--at", "2022-03-01T06Z", "--hours", "2"})
          .out;
  EXPECT_NE(flat.find("forecast by persistence"), std::string::npos) << flat;
  EXPECT_NE(flat.find("note: "), std::string::npos) << flat;
}

TEST_F(CarbonCommand, WithoutTimesTheLastTwoDaysAreShownOrWhatThereIs) {
  const auto csv =
      file("direct_short.csv", "datetime_utc,FR\n2022-03-01T00Z,1\n2022-03-01T01Z,2\n");
  ASSERT_TRUE(run({"import", csv, "--store", path("c.db")}).result);
  const auto shown = json::parse(run({"show", "FR", "--store", path("c.db"), "--json"}).out);
  EXPECT_EQ(shown["values_g_per_kwh"], (json::array({1.0, 2.0})));
}

TEST_F(CarbonCommand, AForecastBeginsWhereTheDataEndAndReachesFourDays) {
  ASSERT_TRUE(run({"import", two_days(), "--store", path("c.db")}).result);
  const auto made = run({"forecast", "DE", "--store", path("c.db"), "--json"});
  ASSERT_TRUE(made.result) << made.result.error().what;
  const auto forecast = json::parse(made.out);
  EXPECT_EQ(forecast["issued"], "2022-03-03T00:00:00Z");
  EXPECT_EQ(forecast["mean_g_per_kwh"].size(), 96);
  expect_error(run({"forecast", "SYN-DE", "--synthetic"}), Code::kInvalid, "--at TIME");
}

TEST_F(CarbonCommand, OfTwoSourcesOneIsChosen) {
  const auto csv =
      file("direct_de.csv", "datetime_utc,DE\n2022-03-01T00Z,500\n2022-03-01T01Z,500\n");
  ASSERT_TRUE(run({"import", two_days(), "--store", path("c.db"), "--source", "one"}).result);
  ASSERT_TRUE(run({"import", csv, "--store", path("c.db"), "--source", "other"}).result);
  expect_error(run({"show", "DE", "--store", path("c.db")}), Code::kConflict, "other");
  const auto other = run({"show", "DE", "--store", path("c.db"), "--source", "other", "--json"});
  ASSERT_TRUE(other.result) << other.result.error().what;
  EXPECT_EQ(json::parse(other.out)["values_g_per_kwh"], (json::array({500.0, 500.0})));
  const auto one = run({"forecast", "DE", "--store", path("c.db"), "--source", "one", "--json"});
  ASSERT_TRUE(one.result) << one.result.error().what;
  EXPECT_EQ(json::parse(one.out)["source"], "one");
}

TEST_F(CarbonCommand, SyntheticIsSaidInTextAndJson) {
  const auto text = run({"show", "SYN-DE", "--synthetic", "--from", "2025-01-01T00Z"});
  ASSERT_TRUE(text.result) << text.result.error().what;
  EXPECT_TRUE(text.out.starts_with("SYNTHETIC ")) << text.out;
  const auto forecast = json::parse(run({"forecast", "SYN-DE", "--synthetic", "--at",
                                         "2025-01-01T00Z", "--model", "persistence", "--json"})
                                        .out);
  EXPECT_EQ(forecast["synthetic"], true);
  EXPECT_EQ(forecast["source"], "synthetic");
}

TEST_F(CarbonCommand, ABadLastFileImportsNothing) {
  const auto bad = file("direct_bad.csv", "datetime_utc,FR\n2022-03-01T00Z,1\n2022-03-01T01Z,x\n");
  expect_error(run({"import", two_days(), bad, "--store", path("c.db")}), Code::kInvalid,
               "direct_bad.csv:3, column FR: 'x'");
  EXPECT_FALSE(std::filesystem::exists(path("c.db")));
}

TEST_F(CarbonCommand, WrongUseNamesTheWayOut) {
  ASSERT_TRUE(run({"import", two_days(), "--store", path("c.db")}).result);
  expect_error(run({"list", "--store", path("none.db")}), Code::kNotFound, "drover carbon import");
  expect_error(run({"import", path("none.csv"), "--store", path("c.db")}), Code::kNotFound,
               "none.csv");
  expect_error(run({"import", two_days(), "--store", path("c.db"), "--scope", "lifecicle"}),
               Code::kInvalid, "'lifecycle'");
  expect_error(run({"show", "DEE", "--store", path("c.db")}), Code::kNotFound, "did you mean 'DE'");
  expect_error(run({"show", "DE"}), Code::kInvalid, "--store DB or --synthetic");
  expect_error(run({"show", "DE", "--store", path("c.db"), "--from", "monday"}), Code::kInvalid,
               "--from: 'monday'");
  expect_error(run({"show", "SYN-DE", "--synthetic"}), Code::kInvalid, "--from and --to");
  expect_error(run({"forecast", "DE", "--store", path("c.db"), "--at", "2022-03-02T00Z", "--model",
                    "seasonal-24"}),
               Code::kNotFound, "seasonal-naive-24h");
  expect_error(run({"forecast", "DE", "--store", path("c.db"), "--at", "2023-03-02T00Z"}),
               Code::kInvalid, "24 h before");
  expect_error(run({}), Code::kInvalid, "subcommand");
}

}  // namespace
}  // namespace drover::cli
