// All policies of the table: what each decides, and what holds for all of them.
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "policy/registry.h"
#include "policy/testing/world.h"

namespace drover::policy {
namespace {

using cluster::WorkloadPhase;
using ::testing::HasSubstr;
using testing::World;

cluster::Plan plan(std::string_view policy, const World& world) {
  const auto made = make_policy(policy);
  return *(*made)->plan(world.inputs());
}

cluster::Decision only(const cluster::Plan& plan) {
  EXPECT_EQ(plan.decisions.size(), 1U);
  return plan.decisions.at(0);
}

// Two zones with a node each, the workload in A.
World two_zones(const std::vector<double>& a, const std::vector<double>& b) {
  World world;
  world.node({.id = "na", .zone = "A"}).node({.id = "nb", .zone = "B"});
  world.workload({.id = "redis", .node = "na"}).forecast("A", a).forecast("B", b);
  return world;
}

TEST(Registry, UnknownNamesAreErrorsWithTheNearest) {
  EXPECT_EQ(make_policy("forcast").error(),
            (Error{Code::kNotFound, "there is no policy 'forcast'; did you mean 'forecast'?"}));
  for (const auto& entry : policies()) {
    EXPECT_EQ((*make_policy(entry.name))->name(), entry.name);
  }
}

TEST(Stay, StaysWhateverTheForecastAndSaysWhatThatEmits) {
  const auto decision = only(plan("stay", two_zones({100, 50}, {1, 1})));
  EXPECT_FALSE(decision.moves());
  ASSERT_EQ(decision.terms.size(), 1U);
  EXPECT_EQ(decision.terms[0].name, "stay on na (A), 2 h");
  EXPECT_NEAR(decision.terms[0].carbon.grams(), 150, 1e-9);
}

TEST(Immediate, GoesToTheLowestZoneNowWhateverComesLater) {
  const auto decision = only(plan("immediate", two_zones({100, 10}, {90, 500})));
  EXPECT_EQ(decision.to, NodeId{"nb"});
  EXPECT_NEAR(decision.saving.grams(), 10, 1e-9);
  EXPECT_EQ(decision.reason,
            "moves from na (A) to nb (B): B has 90.0 gCO2eq/kWh now, A has 100.0 gCO2eq/kWh");
}

TEST(Immediate, TiesStayThenTakeTheLowestZone) {
  EXPECT_FALSE(only(plan("immediate", two_zones({50}, {50}))).moves());
  auto world = two_zones({100}, {50});
  world.node({.id = "nc", .zone = "C"}).forecast("C", {50});
  EXPECT_EQ(only(plan("immediate", world)).to, NodeId{"nb"});
}

TEST(Immediate, StaysWithoutMovesLeft) {
  auto world = two_zones({100}, {50});
  world.budgets.begin()->second.moves_left = 0;
  const auto decision = only(plan("immediate", world));
  EXPECT_FALSE(decision.moves());
  EXPECT_THAT(decision.reason, HasSubstr("the budget has no move left"));
  EXPECT_EQ(decision.terms.size(), 3U);  // stay, runner-up, migration
}

TEST(Forecast, IgnoresADipThatDoesNotPayForItsMoves) {
  auto world = two_zones({100, 100, 100}, {95, 200, 200});
  world.budgets.begin()->second.move_cost.duration = std::chrono::minutes{3};
  const auto decision = only(plan("forecast", world));
  EXPECT_FALSE(decision.moves());
  EXPECT_EQ(decision.reason,
            "stays on na (A): no schedule over 3 h with at most 3 moves emits less than 300.00 "
            "gCO2eq");
}

TEST(Forecast, StatesEveryAlternativeItWeighed) {
  auto world = two_zones({100, 100, 100}, {40, 40, 200});
  world.node({.id = "nc", .zone = "C"}).forecast("C", {60, 60, 60});
  const auto decision = only(plan("forecast", world));
  EXPECT_EQ(decision.to, NodeId{"nb"});
  EXPECT_NEAR(decision.saving.grams(), 160, 1e-9);
  EXPECT_EQ(decision.reason,
            "moves from na (A) to nb (B): 140.00 gCO2eq over 3 h with 2 moves instead of 300.00 "
            "gCO2eq");
  std::vector<std::string> names;
  std::vector<double> grams;
  for (const auto& term : decision.terms) {
    names.push_back(term.name);
    grams.push_back(term.carbon.grams());
  }
  EXPECT_THAT(names, ::testing::ElementsAre("stay on na (A), 3 h", "chosen schedule: B 2 h, C 1 h",
                                            "runner-up: first C", "migration: 2 in the schedule"));
  EXPECT_THAT(grams, ::testing::ElementsAre(::testing::DoubleNear(300, 1e-9),
                                            ::testing::DoubleNear(140, 1e-9),
                                            ::testing::DoubleNear(160, 1e-9), 0.0));
}

TEST(Forecast, WaitsForALaterMoveAndSaysSo) {
  const auto decision = only(plan("forecast", two_zones({10, 100}, {90, 20})));
  EXPECT_FALSE(decision.moves());
  EXPECT_NEAR(decision.saving.grams(), 80, 1e-9);
  EXPECT_THAT(decision.reason, HasSubstr("for now"));
  EXPECT_THAT(decision.reason, HasSubstr("first A 1 h, B 1 h"));
}

TEST(Forecast, LooksNoFurtherThanTheHorizon) {
  auto world = two_zones({100, 100, 100}, {90, 500, 500});
  world.budgets.begin()->second.moves_left = 1;
  EXPECT_FALSE(only(plan("forecast", world)).moves());
  world.budgets.begin()->second.horizon = 1;
  EXPECT_TRUE(only(plan("forecast", world)).moves());
}

TEST(Forecast, NamesZonesThatItCouldNotConsider) {
  auto world = two_zones({100, 100}, {90, std::numeric_limits<double>::quiet_NaN()});
  world.node({.id = "nc", .zone = "C"});
  world.node({.id = "nd", .zone = "D", .ready = false}).forecast("D", {1, 1});
  world.node({.id = "ne", .zone = "E"}).forecast("E", {1});
  const auto decision = only(plan("forecast", world));
  EXPECT_FALSE(decision.moves());
  EXPECT_THAT(decision.reason,
              HasSubstr("not considered: B (a gap in its forecast), C (no forecast), D (no ready "
                        "node with room), E (its forecast ends after 1 of 2 steps)"));
}

TEST(Forecast, StaysWhenNothingIsKnownOfItsOwnZone) {
  auto world = two_zones({100}, {1});
  world.forecasts.erase(ZoneId{"A"});
  const auto decision = only(plan("forecast", world));
  EXPECT_FALSE(decision.moves());
  EXPECT_EQ(decision.reason, "stays on na (A): zone A has no forecast");
}

class EveryPolicy : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Policies, EveryPolicy, ::testing::Values("stay", "immediate", "forecast"),
                         [](const auto& policy) { return policy.param; });

TEST_P(EveryPolicy, DecidesOnlyForMovableRunningWorkloads) {
  auto world = two_zones({100}, {1});
  world.workload({.id = "s1", .node = "na", .phase = WorkloadPhase::kPending})
      .workload({.id = "s2", .node = "na", .phase = WorkloadPhase::kMigrating})
      .workload({.id = "s3", .node = "na", .movable = false})
      .workload({.id = "s4", .node = "gone"});
  EXPECT_EQ(only(plan(GetParam(), world)).workload, WorkloadId{"redis"});
}

TEST_P(EveryPolicy, ReasonsAndTermsAreAlwaysFilled) {
  const auto decision = only(plan(GetParam(), two_zones({100, 50}, {90, 60})));
  EXPECT_FALSE(decision.reason.empty());
  EXPECT_FALSE(decision.terms.empty());
}

TEST_P(EveryPolicy, AWorkloadWithoutBudgetIsAnError) {
  auto world = two_zones({100}, {1});
  world.budgets.clear();
  EXPECT_EQ((*make_policy(GetParam()))->plan(world.inputs()).error().code, Code::kInvalid);
}

TEST_P(EveryPolicy, AnUnreadyHomeNodeCanNotBeLeft) {
  auto world = two_zones({100}, {1});
  world.snapshot.nodes[0].ready = false;
  EXPECT_FALSE(only(plan(GetParam(), world)).moves());
}

TEST(Placement, TheLeastUtilisedReadyNodeThatFitsIsChosen) {
  auto world = two_zones({100}, {1});
  world.snapshot.nodes.pop_back();
  world.node({.id = "b1", .zone = "B"})
      .node({.id = "b2", .zone = "B"})
      .node({.id = "b3", .zone = "B", .ready = false})
      .node({.id = "b4", .zone = "B", .cpu_cores = 0.5})
      .workload({.id = "filler", .node = "b1", .cpu_cores = 2, .movable = false});
  EXPECT_EQ(only(plan("immediate", world)).to, NodeId{"b2"});
}

TEST(Placement, WorkloadsOfOnePlanDoNotOvercommitANodeTogether) {
  World world;
  world.node({.id = "na", .zone = "A"}).node({.id = "nb", .zone = "B", .cpu_cores = 2});
  world.forecast("A", {100}).forecast("B", {1});
  for (const auto* id : {"w1", "w2", "w3"}) {
    world.workload({.id = id, .node = "na"});
  }
  const auto moves = plan("forecast", world).decisions;
  EXPECT_TRUE(moves[0].moves());
  EXPECT_TRUE(moves[1].moves());
  EXPECT_FALSE(moves[2].moves());
  EXPECT_THAT(moves[2].reason, HasSubstr("not considered: B (no ready node with room)"));
}

World any_world() {
  World world;
  const auto zones = std::vector<std::string>{"A", "B", "C"};
  for (const auto& zone : zones) {
    std::vector<double> values;
    for (int hour = 0; hour < 6; ++hour) {
      values.push_back(*rc::gen::inRange(0, 500));
    }
    world.forecast(zone, values);
  }
  const auto nodes = *rc::gen::inRange(1, 6);
  for (int node = 0; node < nodes; ++node) {
    world.node({.id = std::format("n{}", node),
                .zone = *rc::gen::elementOf(zones),
                .cpu_cores = *rc::gen::element(1.0, 2.0, 4.0),
                .ready = *rc::gen::element(true, true, false)});
  }
  for (int workload = 0; workload < 8; ++workload) {
    const auto home = std::format("n{}", *rc::gen::inRange(0, nodes));
    if (cluster::free_resources(world.snapshot, NodeId{home}).cpu_cores >= 1) {
      world.workload({.id = std::format("w{}", workload), .node = home});
    }
  }
  return world;
}

RC_GTEST_PROP(EveryPolicyLaw, ApplyingAPlanNeverOvercommits, ()) {
  auto world = any_world();
  const auto made = plan(*rc::gen::element("stay", "immediate", "forecast"), world);
  for (const auto& decision : made.decisions) {
    auto moved = *cluster::find_workload(world.snapshot, decision.workload);
    RC_ASSERT(moved.node == decision.from);
    if (decision.moves()) {  // both ends are taken until the move has ended
      RC_ASSERT(cluster::fits(world.snapshot, moved, decision.to));
      RC_ASSERT(cluster::find_node(world.snapshot, decision.to)->ready);
      moved.node = decision.to;
      world.snapshot.workloads.push_back(moved);
    }
  }
}

}  // namespace
}  // namespace drover::policy
