// What every ledger must do. An adapter's test includes this once and instantiates it:
//
//   INSTANTIATE_TEST_SUITE_P(Memory, LedgerContract, ::testing::Values(make_memory_home));
//
// The cases stand in the header, since in a static library the linker would leave them out.
#pragma once

#include <functional>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/digest.h"
#include "control/ledger.h"
#include "control/testing/records.h"

namespace drover::control::testing {

// A place where ledgers are kept.
class LedgerHome {
 public:
  virtual ~LedgerHome() = default;
  virtual Ledger& ledger() = 0;
  // As after a restart of the process; a home that keeps nothing across restarts does nothing.
  virtual void reopen() = 0;
};

using MakeLedgerHome = std::function<std::unique_ptr<LedgerHome>()>;

class LedgerContract : public ::testing::TestWithParam<MakeLedgerHome> {
 protected:
  LedgerContract() : home_(GetParam()()) {}
  Ledger& ledger() { return home_->ledger(); }
  void reopen() { home_->reopen(); }

 private:
  std::unique_ptr<LedgerHome> home_;
};

inline std::vector<std::int64_t> ids(const Result<std::vector<DecisionRecord>>& records) {
  std::vector<std::int64_t> ids;
  for (const auto& record : *records) {
    ids.push_back(record.id);
  }
  return ids;
}

inline void expect_equal(const DecisionRecord& a, const DecisionRecord& b) {
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.at, b.at);
  EXPECT_EQ(a.real_at, b.real_at);
  EXPECT_EQ(a.policy, b.policy);
  EXPECT_EQ(a.forecast_model, b.forecast_model);
  EXPECT_EQ(a.forecast_issued, b.forecast_issued);
  EXPECT_EQ(a.inputs_digest, b.inputs_digest);
  EXPECT_EQ(a.verdict, b.verdict);
  EXPECT_EQ(a.migration, b.migration);
  EXPECT_EQ(a.state, b.state);
  EXPECT_EQ(a.outcome, b.outcome);
  EXPECT_EQ(a.settled_at, b.settled_at);
  EXPECT_EQ(a.decision.workload, b.decision.workload);
  EXPECT_EQ(a.decision.from, b.decision.from);
  EXPECT_EQ(a.decision.to, b.decision.to);
  EXPECT_EQ(a.decision.reason, b.decision.reason);
  EXPECT_EQ(a.decision.saving, b.decision.saving);
  ASSERT_EQ(a.decision.terms.size(), b.decision.terms.size());
  for (std::size_t i = 0; i < a.decision.terms.size(); ++i) {
    EXPECT_EQ(a.decision.terms[i].name, b.decision.terms[i].name);
    EXPECT_EQ(a.decision.terms[i].carbon, b.decision.terms[i].carbon);
  }
}

TEST_P(LedgerContract, GivesAscendingIdsThatAreNeverUsedAgain) {
  const auto first = ledger().record(make_tick({make_decision({}), make_decision({})}));
  reopen();
  const auto second = ledger().record(make_tick({make_decision({})}));
  EXPECT_LT(first->id, second->id);
  EXPECT_LT(first->decisions[0].id, first->decisions[1].id);
  EXPECT_LT(first->decisions[1].id, second->decisions[0].id);
}

TEST_P(LedgerContract, KeepsEveryFieldOfATick) {
  const auto written = ledger().record(make_tick({make_decision({}), make_decision({})}));
  reopen();
  const auto read = ledger().tick(written->id);
  ASSERT_TRUE(read) << read.error().what;
  EXPECT_EQ(read->at, written->at);
  EXPECT_EQ(read->real_at, written->real_at);
  EXPECT_EQ(read->policy, written->policy);
  EXPECT_EQ(read->forecast_model, written->forecast_model);
  EXPECT_EQ(read->forecast_issued, written->forecast_issued);
  EXPECT_EQ(read->flags, written->flags);
  ASSERT_TRUE(read->inputs);
  EXPECT_EQ(digest_of(*read->inputs), read->inputs_digest);
  ASSERT_EQ(read->decisions.size(), 2U);
  expect_equal(read->decisions[0], written->decisions[0]);
  expect_equal(read->decisions[1], written->decisions[1]);
}

TEST_P(LedgerContract, ATickMayHoldNothingButItsFlags) {
  TickRecord tick;
  tick.flags = {{.stage = Stage::kObserve, .what = "unreachable"}};
  const auto read = ledger().tick(ledger().record(tick)->id);
  EXPECT_EQ(read->flags, tick.flags);
  EXPECT_FALSE(read->inputs);
  EXPECT_FALSE(read->forecast_issued);
  EXPECT_THAT(read->decisions, ::testing::IsEmpty());
}

TEST_P(LedgerContract, UnknownIdsAreNotFound) {
  EXPECT_EQ(ledger().tick(7).error().code, Code::kNotFound);
  EXPECT_EQ(ledger().begun(7, MigrationId{"m-1"}).error().code, Code::kNotFound);
  EXPECT_EQ(ledger().conclude(7, DecisionState::kDone, {}, kLater).error().code, Code::kNotFound);
}

TEST_P(LedgerContract, ActingDecisionsAreFoundAfterARestart) {
  const auto tick = ledger().record(make_tick(
      {make_decision({.state = DecisionState::kPlanned}), make_decision({}), make_decision({})}));
  reopen();
  const auto acting = ledger().acting();
  EXPECT_THAT(ids(acting), ::testing::ElementsAre(tick->decisions[1].id, tick->decisions[2].id));
  expect_equal(acting->front(), tick->decisions[1]);
}

TEST_P(LedgerContract, AMigrationIsNotedOnce) {
  const auto id = ledger().record(make_tick({make_decision({})}))->decisions[0].id;
  EXPECT_TRUE(ledger().begun(id, MigrationId{"m-1"}));
  EXPECT_TRUE(ledger().begun(id, MigrationId{"m-1"}));
  EXPECT_EQ(ledger().begun(id, MigrationId{"m-2"}).error().code, Code::kConflict);
  reopen();
  EXPECT_EQ(ledger().acting()->front().migration, MigrationId{"m-1"});
}

TEST_P(LedgerContract, AnEndIsRecordedOnceAndForAll) {
  const auto id = ledger().record(make_tick({make_decision({})}))->decisions[0].id;
  const Outcome outcome{.bytes = Bytes{123},
                        .downtime = Duration{180},
                        .migration_time = Duration{900},
                        .why = "the node died"};
  EXPECT_TRUE(ledger().conclude(id, DecisionState::kFailed, outcome, kLater));
  EXPECT_TRUE(ledger().conclude(id, DecisionState::kFailed, outcome, kLater));
  EXPECT_EQ(ledger().conclude(id, DecisionState::kDone, outcome, kLater).error().code,
            Code::kConflict);
  EXPECT_EQ(ledger().begun(id, MigrationId{"m-1"}).error().code, Code::kConflict);
  reopen();
  EXPECT_THAT(ids(ledger().acting()), ::testing::IsEmpty());
  const auto read = ledger().history({})->front();
  EXPECT_EQ(read.state, DecisionState::kFailed);
  EXPECT_EQ(read.outcome, outcome);
  EXPECT_EQ(read.settled_at, kLater);
}

TEST_P(LedgerContract, OnlyActingDecisionsEnd) {
  const auto id = ledger()
                      .record(make_tick({make_decision({.state = DecisionState::kRefused})}))
                      ->decisions[0]
                      .id;
  EXPECT_EQ(ledger().conclude(id, DecisionState::kDone, {}, kLater).error().code, Code::kConflict);
}

TEST_P(LedgerContract, HistoryIsNewestFirstAndFiltered) {
  const auto stay = make_decision({.from = "n1", .to = "n1", .state = DecisionState::kPlanned});
  const auto other = make_decision({.workload = "web"});
  ASSERT_TRUE(ledger().record(make_tick({make_decision({}), other}, 0)));  // 1, 2
  ASSERT_TRUE(ledger().record(make_tick({stay, other}, 1)));               // 3, 4
  ASSERT_TRUE(ledger().record(make_tick({make_decision({})}, 2)));         // 5
  const WorkloadId redis{"redis"};
  const auto one = kLater + std::chrono::hours{1};
  EXPECT_THAT(ids(ledger().history({})), ::testing::ElementsAre(5, 4, 3, 2, 1));
  EXPECT_THAT(ids(ledger().history({.workload = redis})), ::testing::ElementsAre(5, 3, 1));
  EXPECT_THAT(ids(ledger().history({.moves_only = true})), ::testing::ElementsAre(5, 4, 2, 1));
  EXPECT_THAT(ids(ledger().history({.since = one})), ::testing::ElementsAre(5, 4, 3));
  EXPECT_THAT(ids(ledger().history({.workload = redis, .limit = 1})), ::testing::ElementsAre(5));
  EXPECT_THAT(
      ids(ledger().history({.workload = redis, .since = one, .moves_only = true, .limit = kAll})),
      ::testing::ElementsAre(5));
}

TEST_P(LedgerContract, TicksAreNewestFirstWithTheirFlags) {
  ASSERT_TRUE(ledger().record(make_tick({make_decision({})}, 0)));
  ASSERT_TRUE(ledger().record(make_tick({}, 1)));
  ASSERT_TRUE(ledger().record(make_tick({}, 2)));
  const auto ticks = ledger().ticks(2);
  ASSERT_EQ(ticks->size(), 2U);
  EXPECT_EQ((*ticks)[0].at, kLater + std::chrono::hours{2});
  EXPECT_EQ((*ticks)[1].at, kLater + std::chrono::hours{1});
  EXPECT_EQ((*ticks)[0].flags.size(), 2U);
}

}  // namespace drover::control::testing
