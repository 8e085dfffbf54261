#include "cli/bench_report.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace drover::cli {
namespace {

BenchRun run(double stall_ms, double transfer_s) {
  return {.phases = {{"freeze", 0, 0.01},
                     {"transfer", 0.01, 0.01 + transfer_s},
                     {"release", 0.01 + transfer_s, 0.02 + transfer_s}},
          .stall_ms = stall_ms,
          .bytes = 1 << 20};
}

BenchReport sample() {
  return {.machine = {.kernel = "6.18", .cores = 2, .criu = "4.2.1", .runc = "1.3"},
          .cases = {{std::string(kDroverMethod), 64, {run(200, 0.1), run(210, 0.2), run(500, 0.3)}},
                    {std::string(kByHandMethod), 64, {run(400, 0.5), run(440, 0.5)}}}};
}

TEST(Spread, IsTheMedianWithItsBounds) {
  EXPECT_EQ(spread_of({}).median, 0);
  EXPECT_EQ(spread_of({3}).median, 3);
  EXPECT_EQ(spread_of({9, 1, 5}).median, 5);
  EXPECT_EQ(spread_of({9, 1, 5, 7}).median, 6);
  EXPECT_EQ(spread_of({9, 1, 5}).least, 1);
  EXPECT_EQ(spread_of({9, 1, 5}).most, 9);
}

TEST(BenchReport, JsonHoldsMediansBoundsAndTheRatio) {
  const auto json = to_json(sample());
  const auto& own = json["cases"][0];
  EXPECT_EQ(own["runs"], 3);
  EXPECT_EQ(own["stall_ms"]["median"], 210.0);
  EXPECT_EQ(own["stall_ms"]["max"], 500.0);
  EXPECT_NEAR(own["frozen_ms"]["median"].get<double>(), 220, 1e-6);
  EXPECT_NEAR(own["total_ms"]["median"].get<double>(), 220, 1e-6);
  EXPECT_EQ(own["phases_ms"][1]["name"], "transfer");
  EXPECT_NEAR(own["phases_ms"][1]["min"].get<double>(), 100, 1e-6);
  EXPECT_EQ(json["drover_over_by_hand"][0]["stall"], 0.5);
}

TEST(BenchReport, WithoutABaselineThereIsNoRatio) {
  auto report = sample();
  report.cases.pop_back();
  EXPECT_TRUE(to_json(report)["drover_over_by_hand"].empty());
  EXPECT_EQ(to_text(report).find("by hand"), std::string::npos);
}

TEST(BenchReport, TextNamesTheMachineAndEveryCase) {
  const auto text = to_text(sample());
  EXPECT_NE(text.find("CRIU 4.2.1"), std::string::npos) << text;
  EXPECT_NE(text.find("64 MiB  runc by hand"), std::string::npos) << text;
  EXPECT_NE(text.find("drover's stall is 0.50"), std::string::npos) << text;
}

}  // namespace
}  // namespace drover::cli
