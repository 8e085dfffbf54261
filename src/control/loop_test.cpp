#include "control/loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/replay.h"
#include "control/testing/rig.h"

namespace drover::control {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::hour;
using ::testing::IsEmpty;
using testing::Rig;
using testing::Table;
using testing::three_zones;

const WorkloadId kRedis{"redis"};

// B is best from the beginning, C is never.
Table b_is_best() {
  return {{ZoneId{"A"}, std::vector(48, 300.0)},
          {ZoneId{"B"}, std::vector(48, 100.0)},
          {ZoneId{"C"}, std::vector(48, 500.0)}};
}

// A and B take turns at being best, hour by hour.
Table alternating() {
  Table table{{ZoneId{"C"}, std::vector(48, 500.0)}};
  for (int i = 0; i < 48; ++i) {
    table[ZoneId{"A"}].push_back(i % 2 == 0 ? 300 : 100);
    table[ZoneId{"B"}].push_back(i % 2 == 0 ? 100 : 300);
  }
  return table;
}

std::vector<std::string> texts(const std::vector<Flag>& flags) {
  std::vector<std::string> texts;
  for (const auto& flag : flags) {
    texts.push_back(std::format("{}: {}", to_string(flag.stage), flag.what));
  }
  return texts;
}

std::size_t moves_begun(const Rig& rig) { return rig.cluster.begun.size(); }

TEST(Loop, MovesAWorkloadAndRecordsWhatCameOfIt) {
  Rig rig(three_zones(), b_is_best());
  const auto first = rig.tick(0);
  EXPECT_THAT(first.flags, IsEmpty());
  ASSERT_EQ(first.decisions.size(), 1U);
  EXPECT_EQ(first.decisions[0].state, DecisionState::kActing);
  EXPECT_EQ(first.decisions[0].verdict, "admitted");
  EXPECT_EQ(first.decisions[0].migration, MigrationId{"m-000001"});
  EXPECT_EQ(first.in_flight, 1U);

  const auto settled = rig.settle(0, 1);
  ASSERT_EQ(settled.settled.size(), 1U);
  EXPECT_EQ(settled.settled[0].state, DecisionState::kDone);
  EXPECT_EQ(settled.in_flight, 0U);
  EXPECT_EQ(rig.cluster.place_of(kRedis), NodeId{"nb"});

  const auto recorded = rig.history().at(0);
  EXPECT_EQ(recorded.at, hour(0));
  EXPECT_EQ(recorded.real_at, rig.wall.now());
  EXPECT_EQ(recorded.policy, "forecast");
  EXPECT_EQ(recorded.forecast_model, "perfect");
  EXPECT_EQ(recorded.forecast_issued, hour(0));
  EXPECT_NEAR(recorded.decision.saving.grams(), 24 * 200, 1e-6);
  EXPECT_EQ(recorded.outcome->downtime, std::chrono::milliseconds{180});
  EXPECT_EQ(recorded.settled_at, hour(0) + std::chrono::minutes{1});
}

TEST(Loop, StaysAreRecordedWithTheirTermsToo) {
  Rig rig(three_zones(), b_is_best(), "stay");
  rig.tick(0);
  const auto recorded = rig.history().at(0);
  EXPECT_EQ(recorded.state, DecisionState::kPlanned);
  EXPECT_FALSE(recorded.decision.terms.empty());
  EXPECT_EQ(moves_begun(rig), 0U);
}

// Looks into the ledger at the moment of acting.
class Witness final : public Actor {
 public:
  explicit Witness(Rig& rig) : rig_(rig) {}
  Result<MigrationId> begin(const MoveOrder& order) override {
    const auto acting = rig_.memory.acting().value();
    recorded_first = acting.size() == 1 && key_of(acting[0].id) == order.key;
    return rig_.cluster.begin(order);
  }
  Result<Progress> poll(const MigrationId& id) override { return rig_.cluster.poll(id); }
  bool recorded_first = false;

 private:
  Rig& rig_;
};

TEST(Loop, RecordsBeforeItActs) {
  Rig rig(three_zones(), b_is_best());
  Witness witness(rig);
  rig.actor = &witness;
  rig.restart();
  rig.tick(0);
  EXPECT_TRUE(witness.recorded_first);
}

TEST(Loop, HasOneMoveOfAWorkloadInFlightHoweverLongItTakes) {
  Rig rig(three_zones(), b_is_best());
  rig.cluster.polls_to_end = 4;
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(rig.tick(i).in_flight, 1U);
  }
  EXPECT_EQ(moves_begun(rig), 1U);
  EXPECT_EQ(rig.tick(4).in_flight, 0U);
  EXPECT_EQ(rig.cluster.place_of(kRedis), NodeId{"nb"});
}

TEST(Loop, AMoveInFlightThatTheClusterDoesNotShowIsStillRefused) {
  Rig rig(three_zones(), b_is_best());
  rig.cluster.polls_to_end = 9;
  rig.tick(0);
  rig.cluster.snapshot.workloads[0].phase = cluster::WorkloadPhase::kRunning;
  const auto report = rig.tick(1);
  EXPECT_EQ(report.decisions[0].state, DecisionState::kRefused);
  EXPECT_EQ(report.decisions[0].verdict, "its last move has not ended");
}

TEST(Loop, AdmissionSeesWhatChangedWhilePlanning) {
  Rig rig(three_zones(), b_is_best());
  int observations = 0;
  rig.cluster.before_observe = [&] { rig.cluster.snapshot.nodes[1].ready = ++observations < 2; };
  const auto report = rig.tick(0);
  EXPECT_EQ(report.decisions[0].state, DecisionState::kRefused);
  EXPECT_EQ(report.decisions[0].verdict, "node nb is not ready");
  EXPECT_EQ(rig.history().at(0).verdict, "node nb is not ready");
  EXPECT_EQ(moves_begun(rig), 0U);
}

TEST(Loop, MovesNoMoreThanTheBudgetInAnyWindow) {
  Rig rig(three_zones(), alternating(), "immediate");
  for (int i = 0; i < 48; ++i) {
    rig.tick(i);
    rig.settle(i, 1);
  }
  std::vector<long> hours;
  for (const auto& order : rig.history({.moves_only = true})) {
    hours.insert(hours.begin(), (order.at - hour(0)) / std::chrono::hours{1});
  }
  EXPECT_THAT(hours, ElementsAre(0, 1, 2, 25, 26, 27));
}

TEST(Loop, CoolsDownAfterAMove) {
  Rig rig(three_zones(), alternating(), "immediate");
  rig.config.cool_down = std::chrono::hours{3};
  rig.restart();
  rig.tick(0);
  rig.settle(0, 1);
  EXPECT_EQ(rig.tick(1).decisions[0].verdict, "it cools down until 2021-01-04T03:01:00Z");
  EXPECT_EQ(rig.tick(3).decisions[0].state, DecisionState::kRefused);
  EXPECT_EQ(rig.tick(5).decisions[0].state, DecisionState::kActing);
}

TEST(Loop, AFailedMoveLeavesTheWorkloadAndItsBudget) {
  Rig rig(three_zones(), b_is_best());
  rig.cluster.abort_moves_of = {kRedis};
  rig.tick(0);
  const auto report = rig.tick(1);
  EXPECT_EQ(report.settled.at(0).state, DecisionState::kFailed);
  EXPECT_EQ(report.settled.at(0).outcome->why, "the restore failed");
  EXPECT_EQ(rig.cluster.place_of(kRedis), NodeId{"na"});
  EXPECT_EQ(report.decisions[0].state, DecisionState::kActing);  // tries again
  for (int i = 2; i < 8; ++i) {
    EXPECT_EQ(rig.tick(i).decisions[0].state, DecisionState::kActing);
  }
}

TEST(Loop, ARefusalByTheActorEndsTheDecision) {
  Rig rig(three_zones(), b_is_best());
  rig.cluster.begin_error = Error{Code::kConflict, "redis has an open migration"};
  const auto report = rig.tick(0);
  EXPECT_EQ(report.decisions[0].state, DecisionState::kFailed);
  EXPECT_EQ(report.decisions[0].outcome->why, "redis has an open migration");
  EXPECT_EQ(report.in_flight, 0U);
}

TEST(Loop, AnActorThatMayHaveBegunIsAskedAgainWithTheSameKey) {
  Rig rig(three_zones(), b_is_best());
  rig.cluster.begin_error = Error{Code::kUnavailable, "no answer"};
  const auto first = rig.tick(0);
  EXPECT_EQ(first.in_flight, 1U);
  EXPECT_THAT(texts(first.flags), ElementsAre("act: move of redis (decision 1): no answer"));
  rig.cluster.begin_error.reset();
  rig.settle(0, 1);
  EXPECT_EQ(rig.cluster.begun.at(0).key, "decision-1");
  EXPECT_EQ(rig.memory.acting()->at(0).migration, MigrationId{"m-000001"});
}

TEST(Loop, AMoveThatCanNotBeAskedAfterStaysInFlight) {
  Rig rig(three_zones(), b_is_best());
  rig.tick(0);
  rig.cluster.poll_error = Error{Code::kTimeout, "no answer"};
  EXPECT_EQ(rig.tick(1).in_flight, 1U);
  rig.cluster.poll_error.reset();
  EXPECT_EQ(rig.settle(1, 1).settled.size(), 1U);
}

TEST(Loop, WithoutAnObservationNothingMovesAndItIsSaid) {
  Rig rig(three_zones(), b_is_best());
  rig.cluster.observe_error = Error{Code::kUnavailable, "the agents do not answer"};
  const auto report = rig.tick(0);
  EXPECT_THAT(texts(report.flags), ElementsAre("observe: the agents do not answer"));
  EXPECT_EQ(rig.memory.ticks(1)->at(0).flags, report.flags);
  EXPECT_EQ(rig.view()->flags, report.flags);
  EXPECT_THAT(report.decisions, IsEmpty());
  EXPECT_EQ(moves_begun(rig), 0U);
}

TEST(Loop, WithoutAFreshObservationEveryMoveIsRefused) {
  Rig rig(three_zones(), b_is_best());
  int observations = 0;
  rig.cluster.before_observe = [&] {
    if (++observations == 2) {
      rig.cluster.observe_error = Error{Code::kTimeout, "too slow"};
    }
  };
  const auto report = rig.tick(0);
  EXPECT_EQ(report.decisions[0].verdict, "there is no fresh observation");
  EXPECT_THAT(texts(report.flags), ElementsAre("admit: too slow"));
  EXPECT_EQ(moves_begun(rig), 0U);
}

TEST(Loop, AStaleObservationMovesNothing) {
  Rig rig(three_zones(), b_is_best());
  rig.cluster.observation_age = std::chrono::minutes{6};
  const auto report = rig.tick(0);
  EXPECT_EQ(report.decisions[0].state, DecisionState::kRefused);
  EXPECT_EQ(report.decisions[0].verdict, "the observation is 360 s old, at most 300 s are allowed");
  EXPECT_THAT(texts(report.flags), ElementsAre("observe: the cluster as of 2021-01-03T23:54:00Z is "
                                               "too old to move anything"));
}

TEST(Loop, AZoneWithoutForecastIsNoCandidateAndFlagged) {
  Rig rig(three_zones(), b_is_best());
  rig.forecasts.broken[ZoneId{"B"}] = "the provider does not answer";
  const auto report = rig.tick(0);
  EXPECT_FALSE(report.decisions[0].decision.moves());
  EXPECT_THAT(report.decisions[0].decision.reason, HasSubstr("not considered: B (no forecast)"));
  EXPECT_THAT(texts(report.flags), ElementsAre("forecast: zone B: the provider does not answer"));
  EXPECT_EQ(rig.memory.ticks(1)->at(0).flags, report.flags);
  EXPECT_EQ(rig.view()->zones.at(ZoneId{"B"}).missing, "the provider does not answer");
  EXPECT_EQ(rig.view()->zones.at(ZoneId{"A"}).now, Intensity::grams_per_kwh(300));
}

TEST(Loop, WithoutAnyForecastEverythingStays) {
  Rig rig(three_zones(), b_is_best());
  rig.forecasts.error = Error{Code::kUnavailable, "no carbon data"};
  const auto report = rig.tick(0);
  EXPECT_EQ(report.decisions[0].decision.reason, "stays on na (A): zone A has no forecast");
  EXPECT_THAT(texts(report.flags), ElementsAre("forecast: no carbon data"));
}

TEST(Loop, ASimplerForecastThanAskedForIsFlagged) {
  Rig rig(three_zones(), b_is_best());
  rig.forecasts.fallbacks[ZoneId{"C"}] = "persistence, for want of history";
  EXPECT_THAT(texts(rig.tick(0).flags),
              ElementsAre("forecast: zone C: persistence, for want of history"));
}

// Fails the calls it is told to.
class BrokenLedger final : public Ledger {
 public:
  explicit BrokenLedger(Ledger& inner) : inner_(inner) {}
  Result<TickRecord> record(TickRecord tick) override {
    return broken ? unavailable("disk full") : inner_.record(std::move(tick));
  }
  Result<> begun(std::int64_t decision, const MigrationId& migration) override {
    return broken ? unavailable("disk full") : inner_.begun(decision, migration);
  }
  Result<> conclude(std::int64_t decision, DecisionState end, const Outcome& outcome,
                    Instant at) override {
    return broken ? unavailable("disk full") : inner_.conclude(decision, end, outcome, at);
  }
  Result<std::vector<DecisionRecord>> acting() override { return inner_.acting(); }
  Result<std::vector<DecisionRecord>> history(const HistoryQuery& query) override {
    return inner_.history(query);
  }
  Result<std::vector<TickRecord>> ticks(std::size_t limit) override { return inner_.ticks(limit); }
  Result<TickRecord> tick(std::int64_t id) override { return inner_.tick(id); }
  bool broken = false;

 private:
  Ledger& inner_;
};

TEST(Loop, WhatCanNotBeRecordedIsNotActedOn) {
  Rig rig(three_zones(), b_is_best());
  BrokenLedger ledger(rig.memory);
  rig.ledger = &ledger;
  rig.restart();
  ledger.broken = true;
  const auto report = rig.tick(0);
  EXPECT_THAT(texts(report.flags), ElementsAre("record: disk full"));
  EXPECT_EQ(moves_begun(rig), 0U);
  ledger.broken = false;
  rig.tick(1);
  EXPECT_EQ(moves_begun(rig), 1U);
  EXPECT_THAT(texts(rig.memory.ticks(1)->at(0).flags), ElementsAre("record: disk full"));
}

TEST(Loop, AnEndThatCanNotBeRecordedIsAskedForAgain) {
  Rig rig(three_zones(), b_is_best());
  BrokenLedger ledger(rig.memory);
  rig.ledger = &ledger;
  rig.restart();
  rig.tick(0);
  ledger.broken = true;
  EXPECT_EQ(rig.settle(0, 1).in_flight, 1U);
  ledger.broken = false;
  EXPECT_EQ(rig.settle(0, 2).settled.size(), 1U);
}

TEST(Loop, AfterARestartMovesInFlightAreSettled) {
  Rig rig(three_zones(), b_is_best());
  rig.tick(0);
  rig.restart();
  const auto report = rig.tick(1);
  EXPECT_EQ(report.settled.at(0).state, DecisionState::kDone);
  EXPECT_FALSE(report.decisions.at(0).decision.moves());
  EXPECT_EQ(moves_begun(rig), 1U);
}

TEST(Loop, PublishesOneConsistentViewPerTick) {
  Rig rig(three_zones(), b_is_best());
  rig.tick(0);
  const auto before = rig.view();
  rig.settle(0, 1);
  const auto after = rig.view();
  EXPECT_LT(before->sequence, after->sequence);
  EXPECT_EQ(before->in_flight.size(), 1U);
  EXPECT_EQ(before->decisions.at(0).state, DecisionState::kActing);
  EXPECT_THAT(after->in_flight, IsEmpty());
  EXPECT_EQ(after->decisions.at(0).state, DecisionState::kDone);
  EXPECT_EQ(after->snapshot.workloads.at(0).node, NodeId{"nb"});
  EXPECT_EQ(after->policy, "forecast");
}

TEST(Loop, EveryTickReplaysToTheSamePlan) {
  Rig rig(three_zones(), alternating());
  for (int i = 0; i < 12; ++i) {
    const auto id = (rig.tick(i), rig.memory.ticks(1)->at(0).id);
    const auto differences = replay(*rig.memory.tick(id), *rig.policy);
    ASSERT_TRUE(differences) << differences.error().what;
    EXPECT_TRUE(differences->empty());
  }
}

}  // namespace
}  // namespace drover::control
