#include "control/admit.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "policy/registry.h"
#include "policy/testing/world.h"

namespace drover::control {
namespace {

using policy::testing::kStart;
using policy::testing::World;

cluster::Decision move(const std::string& workload, const std::string& from, const std::string& to,
                       double saving = 1) {
  return {.workload = WorkloadId{workload},
          .from = NodeId{from},
          .to = NodeId{to},
          .reason = "",
          .terms = {},
          .saving = Carbon::grams(saving)};
}

World two_nodes() {
  World world;
  world.node({.id = "na", .zone = "A"}).node({.id = "nb", .zone = "B", .cpu_cores = 2});
  world.workload({.id = "w1", .node = "na"}).workload({.id = "w2", .node = "na"});
  return world;
}

AdmitContext context_of(const World& world) {
  return {.now = kStart,
          .fresh = world.snapshot,
          .moves_left = {{WorkloadId{"w1"}, 3}, {WorkloadId{"w2"}, 3}},
          .limits = {.max_concurrent_moves = 2}};
}

std::string why(const cluster::Decision& decision, const AdmitContext& context) {
  return admit({.decisions = {decision}}, context).at(0).why;
}

TEST(Admit, LetsPassWhatStillFits) {
  const auto world = two_nodes();
  const auto verdicts =
      admit({.decisions = {move("w1", "na", "nb"), move("w2", "na", "na")}}, context_of(world));
  EXPECT_TRUE(verdicts[0].admitted);
  EXPECT_EQ(verdicts[0].why, "admitted");
  EXPECT_FALSE(verdicts[1].admitted);  // a stay
  EXPECT_EQ(verdicts[1].why, "");
}

TEST(Admit, SaysWhyNot) {
  auto world = two_nodes();
  auto context = context_of(world);
  EXPECT_EQ(why(move("gone", "na", "nb"), context), "the workload is gone");
  EXPECT_EQ(why(move("w1", "nb", "na"), context), "it is on na now");
  EXPECT_EQ(why(move("w1", "na", "nc"), context), "node nc is gone");
  context.moves_left[WorkloadId{"w1"}] = 0;
  EXPECT_EQ(why(move("w1", "na", "nb"), context), "its budget has no move left");
  context.cooling_until[WorkloadId{"w2"}] = kStart + std::chrono::hours{1};
  EXPECT_EQ(why(move("w2", "na", "nb"), context), "it cools down until 2021-01-04T01:00:00Z");
}

TEST(Admit, RefusesWhatChangedSincePlanning) {
  auto world = two_nodes();
  world.snapshot.workloads[0].phase = cluster::WorkloadPhase::kMigrating;
  world.snapshot.workloads[1].movable = false;
  auto context = context_of(world);
  EXPECT_EQ(why(move("w1", "na", "nb"), context), "it is Migrating, not Running");
  EXPECT_EQ(why(move("w2", "na", "nb"), context), "it has opted out of moves");
}

TEST(Admit, BothNodesMustBeReady) {
  auto world = two_nodes();
  world.snapshot.nodes[0].ready = false;
  EXPECT_EQ(why(move("w1", "na", "nb"), context_of(world)), "node na is not ready");
}

TEST(Admit, AnOldObservationAdmitsNothing) {
  const auto world = two_nodes();
  auto context = context_of(world);
  context.now += std::chrono::minutes{5};
  EXPECT_EQ(why(move("w1", "na", "nb"), context), "admitted");
  context.now += std::chrono::seconds{1};
  EXPECT_EQ(why(move("w1", "na", "nb"), context),
            "the observation is 301 s old, at most 300 s are allowed");
}

TEST(Admit, ARoomThatAMoveInFlightWillTakeIsTaken) {
  auto world = two_nodes();
  world.snapshot.nodes[1].capacity.cpu_cores = 1;
  auto context = context_of(world);
  context.in_flight[WorkloadId{"w1"}] = NodeId{"nb"};
  EXPECT_EQ(why(move("w1", "na", "nb"), context), "its last move has not ended");
  EXPECT_EQ(why(move("w2", "na", "nb"), context), "node nb has no room for it");
}

TEST(Admit, TheLargestSavingGoesFirstWhenFewMayMove) {
  const auto world = two_nodes();
  auto context = context_of(world);
  context.limits.max_concurrent_moves = 1;
  const auto verdicts =
      admit({.decisions = {move("w1", "na", "nb", 1), move("w2", "na", "nb", 2)}}, context);
  EXPECT_EQ(verdicts[0].why, "at most 1 at a time may move, and 1 do");
  EXPECT_TRUE(verdicts[1].admitted);
}

RC_GTEST_PROP(Admit, AdmittedMovesTogetherNeverOvercommit, ()) {
  World world;
  for (int node = 0; node < 4; ++node) {
    world.node({.id = std::format("n{}", node),
                .zone = "Z",
                .cpu_cores = *rc::gen::element(1.0, 2.0, 3.0)});
  }
  AdmitContext context{
      .now = kStart, .fresh = world.snapshot, .limits = {.max_concurrent_moves = 9}};
  cluster::Plan plan;
  for (int i = 0; i < 9; ++i) {
    const auto name = std::format("w{}", i);
    const auto home = std::format("n{}", *rc::gen::inRange(0, 4));
    if (cluster::free_resources(world.snapshot, NodeId{home}).cpu_cores >= 1) {
      world.workload({.id = name, .node = home});
      const auto to = std::format("n{}", *rc::gen::inRange(0, 4));
      plan.decisions.push_back(move(name, home, to, *rc::gen::inRange(0, 100)));
      context.moves_left[WorkloadId{name}] = 1;
    }
  }
  for (const auto& verdict : admit(plan, context)) {
    if (verdict.admitted) {
      auto copy = *cluster::find_workload(world.snapshot, verdict.decision.workload);
      RC_ASSERT(cluster::fits(world.snapshot, copy, verdict.decision.to));
      copy.node = verdict.decision.to;
      world.snapshot.workloads.push_back(copy);
    }
  }
}

RC_GTEST_PROP(Admit, DropsNothingOfAPlanOnTheSnapshotItWasMadeFrom, ()) {
  World world;
  world.node({.id = "na", .zone = "A", .cpu_cores = 8});
  world.node({.id = "nb", .zone = "B", .cpu_cores = *rc::gen::element(1.0, 3.0, 8.0)});
  world.forecast("A", {100}).forecast("B", {50});
  AdmitContext context{
      .now = kStart, .fresh = world.snapshot, .limits = {.max_concurrent_moves = 9}};
  for (int i = 0; i < 8; ++i) {
    world.workload({.id = std::format("w{}", i), .node = "na"});
    context.moves_left[WorkloadId{std::format("w{}", i)}] = 1;
  }
  const auto policy = policy::make_policy("forecast");
  const auto plan = (*policy)->plan(world.inputs());
  for (const auto& verdict : admit(*plan, context)) {
    RC_ASSERT(verdict.admitted == verdict.decision.moves());
  }
}

}  // namespace
}  // namespace drover::control
