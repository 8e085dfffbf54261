// The controller may die at any moment: before or after any call it makes to its ledger, its actor
// or the cluster. A new one takes over the same ledger and the same cluster, whose migrations went
// on by themselves.
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/testing/rig.h"

namespace drover::control {
namespace {

using testing::hour;
using testing::Rig;

struct Crash {};

// Dies at its n-th point; points lie before and after every call.
class Fuse {
 public:
  explicit Fuse(int points) : points_(points) {}
  void point() {
    if (points_ > 0 && --points_ == 0) {
      throw Crash{};
    }
  }
  void disarm() { points_ = 0; }
  template <class Call>
  auto around(Call call) {
    point();
    auto result = call();
    point();
    return result;
  }

 private:
  int points_;
};

class CrashingLedger final : public Ledger {
 public:
  CrashingLedger(Ledger& inner, Fuse& fuse) : inner_(inner), fuse_(fuse) {}
  Result<TickRecord> record(TickRecord tick) override {
    return fuse_.around([&] { return inner_.record(std::move(tick)); });
  }
  Result<> begun(std::int64_t decision, const MigrationId& migration) override {
    return fuse_.around([&] { return inner_.begun(decision, migration); });
  }
  Result<> conclude(std::int64_t decision, DecisionState end, const Outcome& outcome,
                    Instant at) override {
    return fuse_.around([&] { return inner_.conclude(decision, end, outcome, at); });
  }
  Result<std::vector<DecisionRecord>> acting() override {
    return fuse_.around([&] { return inner_.acting(); });
  }
  Result<std::vector<DecisionRecord>> history(const HistoryQuery& query) override {
    return fuse_.around([&] { return inner_.history(query); });
  }
  Result<std::vector<TickRecord>> ticks(std::size_t limit) override { return inner_.ticks(limit); }
  Result<TickRecord> tick(std::int64_t id) override { return inner_.tick(id); }

 private:
  Ledger& inner_;
  Fuse& fuse_;
};

class CrashingCluster final : public Actor, public cluster::Backend {
 public:
  CrashingCluster(testing::FakeCluster& inner, Fuse& fuse) : inner_(inner), fuse_(fuse) {}
  Result<MigrationId> begin(const MoveOrder& order) override {
    return fuse_.around([&] { return inner_.begin(order); });
  }
  Result<Progress> poll(const MigrationId& id) override {
    return fuse_.around([&] { return inner_.poll(id); });
  }
  Result<cluster::Snapshot> observe(Instant now) override {
    return fuse_.around([&] { return inner_.observe(now); });
  }

 private:
  testing::FakeCluster& inner_;
  Fuse& fuse_;
};

policy::testing::World two_workloads() {
  auto world = testing::three_zones();
  world.workload({.id = "web", .node = "nb"});
  return world;
}

// Both workloads have a reason to move in every hour.
testing::Table turns() {
  testing::Table table{{ZoneId{"C"}, std::vector(8, 500.0)}};
  for (int i = 0; i < 8; ++i) {
    table[ZoneId{"A"}].push_back(i % 2 == 0 ? 300 : 100);
    table[ZoneId{"B"}].push_back(i % 2 == 0 ? 100 : 300);
  }
  return table;
}

constexpr int kHours = 6;

// Runs from the hour on; the hour in which it died, or absent: it lived to the end.
std::optional<int> run_from(Rig& rig, int first) {
  for (int i = first; i < kHours; ++i) {
    try {
      rig.tick(i);
      rig.settle(i, 1);
    } catch (const Crash&) {
      return i;
    }
  }
  return std::nullopt;
}

// All that must be true of the world once everything has settled.
void expect_sound(Rig& rig) {
  EXPECT_TRUE(rig.memory.acting()->empty());
  std::map<std::string, DecisionRecord> decided;
  for (const auto& record : rig.history({.moves_only = true})) {
    decided[key_of(record.id)] = record;
  }
  std::set<std::string> begun;
  std::map<WorkloadId, NodeId> places{{WorkloadId{"redis"}, NodeId{"na"}},
                                      {WorkloadId{"web"}, NodeId{"nb"}}};
  for (const auto& order : rig.cluster.begun) {
    EXPECT_TRUE(begun.insert(order.key).second) << order.key << " was begun twice";
    ASSERT_TRUE(decided.contains(order.key)) << order.key << " was begun unrecorded";
    EXPECT_EQ(decided[order.key].state, DecisionState::kDone);
    EXPECT_EQ(decided[order.key].decision.to, order.to);
    EXPECT_EQ(places[order.workload], order.from);
    places[order.workload] = order.to;
  }
  std::map<WorkloadId, int> moves;
  for (const auto& [key, record] : decided) {
    EXPECT_TRUE(record.state == DecisionState::kRefused || begun.contains(key)) << key;
    moves[record.decision.workload] += record.state == DecisionState::kDone ? 1 : 0;
  }
  for (const auto& [workload, node] : places) {
    EXPECT_EQ(rig.cluster.place_of(workload), node);
    EXPECT_LE(moves[workload], 3);
  }
}

// Runs once with a crash at that point; false when the run ended before it.
bool survive_crash_at(int point, bool moves_end_meanwhile) {
  Rig rig(two_workloads(), turns(), "immediate");
  Fuse fuse(point);
  CrashingLedger ledger(rig.memory, fuse);
  CrashingCluster cluster(rig.cluster, fuse);
  rig.ledger = &ledger;
  rig.actor = &cluster;
  rig.observer = &cluster;
  rig.restart();
  const auto died = run_from(rig, 0);
  if (died) {
    if (moves_end_meanwhile) {
      rig.cluster.finish_moves();
    }
    rig.restart();
    EXPECT_FALSE(run_from(rig, *died));
  }
  fuse.disarm();
  rig.settle(kHours, 0);
  expect_sound(rig);
  return died.has_value();
}

TEST(Crash, AtEveryPointEachRecordedMoveIsBegunOnceAndSettled) {
  for (const bool moves_end_meanwhile : {false, true}) {
    int point = 1;
    while (survive_crash_at(point, moves_end_meanwhile)) {
      ASSERT_FALSE(::testing::Test::HasFailure()) << "crash at point " << point;
      ++point;
    }
    EXPECT_GT(point, 80);
  }
}

// The cut that matters most, spelt out: recorded, and dead before acting.
TEST(Crash, BetweenRecordAndActTheMoveIsBegunExactlyOnceAfterTheRestart) {
  Rig rig(testing::three_zones(), turns(), "immediate");
  const auto record = [&] {
    DecisionRecord decision;
    decision.at = hour(0);
    decision.decision = {.workload = WorkloadId{"redis"},
                         .from = NodeId{"na"},
                         .to = NodeId{"nb"},
                         .reason = "recorded by a controller that died",
                         .terms = {},
                         .saving = {}};
    decision.state = DecisionState::kActing;
    TickRecord tick;
    tick.at = hour(0);
    tick.decisions = {decision};
    return rig.memory.record(tick);
  }();
  rig.tick(0);
  rig.tick(0);
  ASSERT_EQ(rig.cluster.begun.size(), 1U);
  EXPECT_EQ(rig.cluster.begun[0].key, key_of(record->decisions[0].id));
  EXPECT_EQ(rig.cluster.place_of(WorkloadId{"redis"}), NodeId{"nb"});
}

}  // namespace
}  // namespace drover::control
