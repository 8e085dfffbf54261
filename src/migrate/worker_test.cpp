// Coordinator and both workers over fake nodes, with a fault planted at every single port call.
#include "migrate/worker.h"

#include <format>

#include <gtest/gtest.h>

#include "migrate/coordinator.h"
#include "migrate/testing/fake_node.h"
#include "migrate/testing/journal_contract.h"

namespace drover::migrate {
namespace {

using testing::FakeNode;
using testing::Faults;

class Bed final : public AgentPort, public Handover {
 public:
  Bed() {
    source.set_peer(&destination);
    source.pod = {.present = true, .running = true};
  }

  Result<StepReply> perform(const NodeId& node, const StepRequest& request) override {
    auto reply = (node == NodeId("a") ? source_worker : destination_worker).perform(request);
    EXPECT_FALSE(source.executes() && destination.executes())
        << "two copies run after " << to_string(request.step);
    return reply;
  }
  Result<> announce(const WorkloadId&, const NodeId& node) override {
    routed_to = node;
    return {};
  }

  Migration migrate() {
    auto coordinator = Coordinator::make({.journal = journal,
                                          .agents = *this,
                                          .handover = *this,
                                          .clock = clock,
                                          .pause = [this](Duration span) { clock.advance(span); },
                                          .stopping = [] { return false; },
                                          .on_transition = {}},
                                         {});
    const auto begun = coordinator->begin(testing::any_request());
    EXPECT_TRUE(begun);
    const auto ended = coordinator->drive(begun->id);
    EXPECT_TRUE(ended);
    return *ended;
  }

  // Every fact of the world, not only the number of copies.
  void expect_settled(const Migration& migration) {
    const bool moved = migration.phase == Phase::kDone;
    EXPECT_FALSE(migration.open());
    EXPECT_EQ(source.reachable(), !moved);
    EXPECT_EQ(destination.reachable(), moved);
    EXPECT_EQ(source.pod.present, !moved);
    EXPECT_EQ(destination.pod.present, moved);
    EXPECT_FALSE(source.pod.locked || destination.pod.locked || source.pod.shut);
    EXPECT_FALSE(source.pod.paused);
    EXPECT_FALSE(source.staged || destination.staged);
    EXPECT_TRUE(destination.marks.empty());
    EXPECT_EQ(routed_to, NodeId(moved ? "b" : "a"));
  }

  Faults faults;
  FakeNode source{faults, nullptr};
  FakeNode destination{faults, &source};
  testing::MemoryStepLog source_log;
  testing::MemoryStepLog destination_log;
  Worker source_worker = worker(source, source_log, "a");
  Worker destination_worker = worker(destination, destination_log, "b");
  testing::MemoryJournal journal;
  ManualClock clock{Instant{std::chrono::seconds(1)}};
  NodeId routed_to{"a"};

 private:
  static Worker worker(FakeNode& node, StepLog& log, const std::string& name) {
    return Worker({.pods = node,
                   .engine = node,
                   .lock = node,
                   .transfer = node,
                   .rendezvous = node,
                   .log = log,
                   .at = {}},
                  NodeId(name), {});
  }
};

TEST(Worker, AHealthyMigrationMovesThePodAndLeavesNothing) {
  Bed bed;
  const auto migration = bed.migrate();
  bed.expect_settled(migration);
  EXPECT_EQ(migration.phase, Phase::kDone) << migration.error;
  EXPECT_EQ(migration.image_bytes, Bytes{100});
  EXPECT_EQ(migration.sent_bytes, Bytes{50});
}

struct PlantedFault {
  Code code;
  bool after;
};

class WorkerFaults : public ::testing::TestWithParam<PlantedFault> {};

TEST_P(WorkerFaults, AFaultAtAnyCallEndsInCommitOrRollbackWithNothingLeft) {
  Bed healthy;
  (void)healthy.migrate();
  const int calls = healthy.faults.calls;
  ASSERT_GT(calls, 20);
  for (int at = 1; at <= calls; ++at) {
    SCOPED_TRACE(std::format("call {} of {}", at, calls));
    Bed bed;
    bed.faults = {.fail_at = at, .after = GetParam().after, .code = GetParam().code};
    const auto migration = bed.migrate();
    bed.expect_settled(migration);
  }
}

INSTANTIATE_TEST_SUITE_P(All, WorkerFaults,
                         ::testing::Values(PlantedFault{Code::kUnavailable, false},
                                           PlantedFault{Code::kUnavailable, true},
                                           PlantedFault{Code::kConflict, false},
                                           PlantedFault{Code::kConflict, true}));

TEST(Worker, ARestoreThatFailsLeavesTheSourceRunning) {
  Bed bed;
  bed.destination.restore_fails = true;
  const auto migration = bed.migrate();
  bed.expect_settled(migration);
  EXPECT_EQ(migration.phase, Phase::kAborted);
  EXPECT_NE(migration.error.find("restore failed"), std::string::npos) << migration.error;
}

TEST(Worker, ARestoreThatDiesAfterTheCommitWithoutRunningIsReverted) {
  Bed bed;
  bed.destination.dies_after_commit = true;
  const auto migration = bed.migrate();
  bed.expect_settled(migration);
  EXPECT_EQ(migration.phase, Phase::kAborted);
}

TEST(Worker, APodThatWasThereBeforeIsNotRemovedByTheRollback) {
  Bed bed;
  bed.destination.pod = {.present = true, .running = false};
  const auto migration = bed.migrate();
  EXPECT_EQ(migration.phase, Phase::kAborted);
  EXPECT_TRUE(bed.destination.pod.present);
  EXPECT_TRUE(bed.source.reachable());
}

TEST(Worker, AStepForAnotherNodeIsRefused) {
  Bed bed;
  const auto refused = bed.source_worker.perform({.id = MigrationId("m-1"),
                                                  .epoch = 1,
                                                  .step = Step::kRestore,
                                                  .source = NodeId("a"),
                                                  .destination = NodeId("b")});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kInvalid);
}

}  // namespace
}  // namespace drover::migrate
