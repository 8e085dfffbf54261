#include "cli/demo_plan.h"

#include <gtest/gtest.h>

#include "carbon/sqlite/sqlite_store.h"
#include "cli/work_folder.h"
#include "cluster/local/cluster_file.h"
#include "cluster/local/manifest.h"

namespace drover::cli {
namespace {

constexpr Instant kStart{std::chrono::sys_days{std::chrono::year{2025} / 6 / 10}};

Result<DemoPlan> plan_for(const DemoOptions& options) {
  auto folder = WorkFolder::make("drover-demo-plan-test");
  if (!folder) {
    return std::unexpected(folder.error());
  }
  return carbon::open_sqlite_store(folder->path() / "carbon.db")
      .and_then(
          [&](const std::unique_ptr<carbon::Store>& store) { return make_plan(options, *store); });
}

DemoOptions synthetic_window() {
  return {.hours = 24, .start = kStart, .synthetic = true, .image = "/images/redis"};
}

TEST(DemoPlan, NodesAreNamedAfterTheirZones) {
  EXPECT_EQ(
      node_names({ZoneId{"US-CENT-SPA"}, ZoneId{"DE"}, ZoneId{"SYN-US-CENT-SPA"}, ZoneId{"X-"}}),
      (std::vector{NodeId{"spa"}, NodeId{"de"}, NodeId{"spa2"}, NodeId{"node"}}));
}

TEST(DemoPlan, AGivenWindowIsTakenAsItIs) {
  const auto plan = plan_for(synthetic_window());
  ASSERT_TRUE(plan) << plan.error().what;
  EXPECT_EQ(plan->scenario.window.from, kStart);
  EXPECT_EQ(plan->scenario.window.to, kStart + std::chrono::hours{24});
  EXPECT_FALSE(plan->study);
  EXPECT_FALSE(plan->data.real);
}

TEST(DemoPlan, WhatItWritesIsWhatTheClusterReads) {
  const auto options = synthetic_window();
  const auto plan = plan_for(options);
  ASSERT_TRUE(plan);
  const auto cluster = cluster::local::parse_cluster_file(
      cluster_yaml(*plan, options, "/tmp/x/carbon.db"), "/tmp/x/cluster.yaml");
  ASSERT_TRUE(cluster) << cluster.error().what;
  ASSERT_EQ(cluster->nodes.size(), 3U);
  EXPECT_EQ(cluster->nodes[0].zone, ZoneId{"SYN-US-CENT-SPA"});
  EXPECT_EQ(cluster->clock.start, kStart - std::chrono::hours{1});
  EXPECT_EQ(cluster->policy.name, "forecast");
  const auto manifest =
      cluster::local::parse_manifest(redis_yaml(*plan, options), "/tmp/x/redis.yaml");
  ASSERT_TRUE(manifest) << manifest.error().what;
  EXPECT_EQ(manifest->size(), 1U);
}

TEST(DemoPlan, BadOptionsAreErrorsThatNameTheWayOut) {
  auto policy = synthetic_window();
  policy.policy = "forcast";
  const auto misspelt = plan_for(policy);
  ASSERT_FALSE(misspelt);
  EXPECT_NE(misspelt.error().what.find("forecast"), std::string::npos) << misspelt.error().what;
  auto late = synthetic_window();
  late.start = kStart + std::chrono::years{20};
  const auto outside = plan_for(late);
  ASSERT_FALSE(outside);
  EXPECT_NE(outside.error().what.find("2045"), std::string::npos) << outside.error().what;
  auto zones = synthetic_window();
  zones.zones = {ZoneId{"SYN-US-CENT-SPA"}, ZoneId{"SYN-US-CAL-CISQ"}};
  EXPECT_FALSE(plan_for(zones));
}

TEST(DemoPlan, EveryRowIsThereAndNoneIsBelowTheOptimum) {
  const auto options = synthetic_window();
  const auto plan = plan_for(options);
  ASSERT_TRUE(plan);
  const auto rows = emissions_rows(*plan, options, {});
  ASSERT_TRUE(rows) << rows.error().what;
  const DemoReport report{.emissions = *rows};
  for (const auto* policy :
       {"forecast", "immediate", "stay", "perfect-knowledge", "best-fixed", "optimum"}) {
    const auto carbon = emissions_of(report, policy);
    ASSERT_TRUE(carbon) << policy;
    EXPECT_GE(*carbon, *emissions_of(report, "optimum")) << policy;
  }
  EXPECT_EQ(emissions_of(report, "forecast"), emissions_of(report, "stay"))
      << "no move was committed";
}

TEST(DemoPlan, TheRealPlacementReplacesItsSimulation) {
  auto options = synthetic_window();
  options.policy = "immediate";
  const auto plan = plan_for(options);
  ASSERT_TRUE(plan);
  const auto home = *plan->scenario.workload.node;
  const auto& other = plan->scenario.nodes[plan->scenario.nodes[0].id == home ? 1 : 0];
  const auto rows =
      emissions_rows(*plan, options, {{.at = kStart + std::chrono::hours{3}, .to = other.zone}});
  ASSERT_TRUE(rows) << rows.error().what;
  EXPECT_EQ(rows->front().policy, "immediate");
  EXPECT_EQ(rows->front().moves, 1U);
  EXPECT_EQ(std::ranges::count(*rows, "immediate", &EmissionsRow::policy), 1);
}

}  // namespace
}  // namespace drover::cli
