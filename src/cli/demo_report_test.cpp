#include "cli/demo_report.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace drover::cli {
namespace {

constexpr Instant kStart{std::chrono::seconds{1'600'000'000}};

DemoMigration move(std::string id, std::string outcome) {
  return {.id = MigrationId{std::move(id)},
          .from = NodeId{"a"},
          .to = NodeId{"b"},
          .hour = kStart,
          .outcome = std::move(outcome),
          .begun = kStart,
          .phases = {{"preflight", 0, 0.25}},
          .stall = Micros{250'000}};
}

DemoReport good() {
  DemoReport report{.start = kStart, .hours = 48, .policy = "forecast", .wanted_migrations = 3};
  report.migrations = {move("m-1", "committed"), move("m-2", "committed"),
                       move("m-3", "committed")};
  report.client.clients = {{.name = "writer", .operations = 5, .longest_stall = Micros{250'000}}};
  report.emissions = {{"forecast", Carbon::grams(80)},
                      {"immediate", Carbon::grams(90)},
                      {"stay", Carbon::grams(100)}};
  return report;
}

std::size_t broken(const DemoReport& report) {
  return static_cast<std::size_t>(std::ranges::count(claims_of(report), false, &Claim::holds));
}

TEST(DemoClaims, AllHoldForAGoodRun) { EXPECT_EQ(broken(good()), 0U); }

TEST(DemoClaims, EachFaultBreaksItsOwnClaim) {
  auto few = good();
  few.migrations[1].outcome = "aborted";
  EXPECT_EQ(broken(few), 1U);
  auto slow = good();
  slow.client.clients[0].longest_stall = Micros{1'000'000};
  EXPECT_EQ(broken(slow), 1U);
  auto reconnected = good();
  reconnected.client.clients[0].reconnects = 1;
  EXPECT_EQ(broken(reconnected), 1U);
  auto lossy = good();
  lossy.client.lost = 1;
  lossy.client.duplicated = 1;
  lossy.client.corrupted = 1;
  EXPECT_EQ(broken(lossy), 3U);
  auto idle = good();
  idle.client.clients.clear();
  EXPECT_EQ(broken(idle), 1U);
  auto dirty = good();
  dirty.emissions[0].carbon = Carbon::grams(95);
  EXPECT_EQ(broken(dirty), 1U) << "cleaner than stay, dirtier than immediate";
  auto unknown = good();
  unknown.emissions.clear();
  EXPECT_EQ(broken(unknown), 2U) << "what is not known does not hold";
}

TEST(DemoClaims, OtherPoliciesClaimNoEmissionsAndOtherWindowsNoMoves) {
  auto report = good();
  report.policy = "stay";
  report.wanted_migrations = 0;
  report.migrations.clear();
  report.emissions.clear();
  EXPECT_EQ(broken(report), 0U);
}

TEST(DemoStalls, TheLongestThatTouchesTheMigrationCounts) {
  const auto at = [](int ms) { return kStart + Duration{ms}; };
  const std::vector<ClientReport> clients{
      {.name = "writer",
       .stalls = {{at(0), at(90), Micros{90'000}}, {at(150), at(400), Micros{250'000}}}},
      {.name = "reader",
       .stalls = {{at(140), at(300), Micros{160'000}}, {at(900), at(2000), Micros{1'100'000}}}}};
  EXPECT_EQ(longest_stall_in(clients, at(100), at(500)), Micros{250'000});
  EXPECT_EQ(longest_stall_in(clients, at(500), at(800)), std::nullopt);
  EXPECT_EQ(longest_stall_in(clients, at(2000), at(2001)), Micros{1'100'000});
}

TEST(DemoJson, HasWhatTheFormatPromises) {
  auto report = good();
  report.migrations[2].hour = std::nullopt;
  report.migrations[2].stall = std::nullopt;
  const auto json = to_json(report);
  EXPECT_EQ(json["data"], "synthetic");
  EXPECT_EQ(json["window"]["start"], "2020-09-13T12:26:40Z");
  EXPECT_EQ(json["window"]["end"], "2020-09-15T12:26:40Z");
  const auto& first = json["migrations"][0];
  for (const auto* key :
       {"id", "from", "to", "hour", "reason", "outcome", "bytes", "phases", "stall_ms"}) {
    EXPECT_TRUE(first.contains(key)) << key;
  }
  EXPECT_EQ(first["phases"][0]["end_s"], 0.25);
  EXPECT_EQ(json["migrations"][2]["stall_ms"], 0.0);
  EXPECT_TRUE(json["migrations"][2]["hour"].is_null());
  for (const auto* key :
       {"operations", "errors", "reconnects", "lost", "duplicated", "longest_stall_ms", "p99_ms"}) {
    EXPECT_TRUE(json["client"].contains(key)) << key;
  }
  EXPECT_EQ(json["emissions_g"]["forecast"], 80.0);
  EXPECT_FALSE(json.contains("study"));
}

}  // namespace
}  // namespace drover::cli
