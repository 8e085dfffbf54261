// The coordinator against a small world that obeys the protocol's physical laws, with a failure
// planted at every call.
#include "migrate/coordinator.h"

#include <format>
#include <set>

#include <gtest/gtest.h>

#include "migrate/testing/journal_contract.h"
#include "migrate/testing/memory.h"

namespace drover::migrate {
namespace {

// Two nodes and one pod. Every step checks what must have gone before it and fails the test
// otherwise.
class World final : public AgentPort, public Handover {
 public:
  bool source_frozen = false;
  bool source_exists = true;
  bool copy_exists = false;
  bool copy_runs = false;
  bool at_destination = false;
  int calls = 0;

  // What happens at call number `fault_at` (counted from 1).
  enum class Fault { kNone, kBefore, kAfter, kRefused } fault = Fault::kNone;
  int fault_at = 0;
  bool late_failure = false;
  std::set<Step> refused;  // fails for good, each time

  [[nodiscard]] int running() const {
    return static_cast<int>(source_exists && !source_frozen) + static_cast<int>(copy_runs);
  }

  Result<StepReply> perform(const NodeId& node, const StepRequest& request) override {
    ++calls;
    EXPECT_EQ(node, side_of(request.step) == Side::kSource ? request.source : request.destination);
    if (refused.contains(request.step)) {
      return conflict("refused");
    }
    if (calls == fault_at && fault == Fault::kBefore) {
      return unavailable("lost on the way");
    }
    if (calls == fault_at && fault == Fault::kRefused) {
      return conflict("refused");
    }
    auto reply = apply(request.step);
    EXPECT_LE(running(), 1) << to_string(request.step);
    if (calls == fault_at && fault == Fault::kAfter) {
      return timed_out("the answer was lost");
    }
    return reply;
  }

  Result<> announce(const WorkloadId&, const NodeId& node) override {
    at_destination = node == NodeId("b");
    return {};
  }

 private:
  StepReply apply(Step step) {
    switch (step) {
      case Step::kCheckSource:
      case Step::kCheckDestination:
      case Step::kAddress:
        break;
      case Step::kPrepare:
        copy_exists = true;
        break;
      case Step::kFreeze:
        source_frozen = true;
        break;
      case Step::kDump:
        EXPECT_TRUE(source_frozen);
        return {.image_bytes = Bytes{100}};
      case Step::kTransfer:
        EXPECT_TRUE(copy_exists);
        return {.sent_bytes = Bytes{10}};
      case Step::kRestore:
        EXPECT_TRUE(source_frozen);
        EXPECT_FALSE(copy_runs);
        break;
      case Step::kRelease:
        EXPECT_TRUE(at_destination);
        if (late_failure) {
          return {.never_ran = true, .detail = "broke after the commit"};
        }
        copy_runs = true;
        break;
      case Step::kDrain:
        EXPECT_TRUE(copy_runs);
        source_exists = false;
        break;
      case Step::kThaw:
        EXPECT_FALSE(copy_runs);
        source_frozen = false;
        break;
      case Step::kDiscard:
        EXPECT_FALSE(copy_runs);
        copy_exists = false;
        break;
    }
    return {};
  }
};

class CoordinatorTest : public ::testing::Test {
 protected:
  Coordinator make(Journal& journal) {
    return *Coordinator::make(
        {.journal = journal,
         .agents = world_,
         .handover = world_,
         .clock = clock_,
         .pause = [this](Duration span) { clock_.advance(span); },
         .stopping = [this] { return stop_at_ >= 0 && transitions_ >= stop_at_; },
         .on_transition = [this](const Migration&) { ++transitions_; }},
        {});
  }

  Migration run() {
    auto coordinator = make(journal_);
    const auto begun = coordinator.begin(testing::any_request());
    EXPECT_TRUE(begun);
    const auto ended = coordinator.drive(begun->id);
    EXPECT_TRUE(ended);
    return *ended;
  }

  void expect_settled(const Migration& migration) {
    EXPECT_FALSE(migration.open());
    EXPECT_EQ(world_.running(), 1);
    const bool moved = migration.phase == Phase::kDone;
    EXPECT_EQ(world_.copy_runs, moved);
    EXPECT_EQ(world_.source_exists, !moved);
    EXPECT_EQ(world_.copy_exists, moved);
    EXPECT_EQ(world_.at_destination, moved);
  }

  World world_;
  ManualClock clock_{Instant{std::chrono::seconds(1)}};
  testing::MemoryJournal journal_;
  int transitions_ = 0;
  int stop_at_ = -1;
};

TEST_F(CoordinatorTest, AHealthyMigrationIsDoneWithTimelineAndBytes) {
  const auto migration = run();
  expect_settled(migration);
  EXPECT_EQ(migration.phase, Phase::kDone);
  EXPECT_EQ(migration.timeline.size(), 10U);
  EXPECT_EQ(migration.image_bytes, Bytes{100});
  EXPECT_EQ(migration.sent_bytes, Bytes{10});
}

TEST_F(CoordinatorTest, ALostCallOrAnswerAnywhereIsAskedAgain) {
  const int calls = (run(), world_.calls);
  for (const auto fault : {World::Fault::kBefore, World::Fault::kAfter}) {
    for (int at = 1; at <= calls; ++at) {
      world_ = World();
      world_.fault = fault;
      world_.fault_at = at;
      journal_ = testing::MemoryJournal();
      const auto migration = run();
      SCOPED_TRACE(std::format("fault {} at call {}", static_cast<int>(fault), at));
      expect_settled(migration);
      EXPECT_EQ(migration.phase, Phase::kDone);
    }
  }
}

TEST_F(CoordinatorTest, ARefusalAnywhereBeforeTheCommitLeavesTheSourceRunning) {
  for (const auto step :
       {Step::kCheckSource, Step::kCheckDestination, Step::kPrepare, Step::kFreeze, Step::kDump,
        Step::kTransfer, Step::kAddress, Step::kRestore}) {
    world_ = World();
    world_.refused = {step};
    journal_ = testing::MemoryJournal();
    const auto migration = run();
    SCOPED_TRACE(to_string(step));
    expect_settled(migration);
    EXPECT_EQ(migration.phase, Phase::kAborted);
    EXPECT_NE(migration.error.find("refused"), std::string::npos);
  }
}

TEST_F(CoordinatorTest, ARefusedThawIsRepeatedUntilItWorks) {
  world_.refused = {Step::kRestore, Step::kThaw};
  auto coordinator = make(journal_);
  const auto begun = coordinator.begin(testing::any_request());
  ASSERT_TRUE(begun);
  stop_at_ = 8;  // preflight … rollback: from here on only the thaw is tried
  ASSERT_TRUE(coordinator.drive(begun->id));
  stop_at_ = -1;
  world_.refused = {Step::kRestore};
  const auto ended = coordinator.drive(begun->id);
  ASSERT_TRUE(ended);
  expect_settled(*ended);
}

TEST_F(CoordinatorTest, AnAgentThatStaysAwayBeforeTheCommitEndsInARollback) {
  struct Absent final : AgentPort {
    World& world;
    explicit Absent(World& w) : world(w) {}
    Result<StepReply> perform(const NodeId& node, const StepRequest& request) override {
      if (request.step == Step::kTransfer) {
        return unavailable("no agent");
      }
      return world.perform(node, request);
    }
  } absent(world_);
  auto coordinator = Coordinator::make({.journal = journal_,
                                        .agents = absent,
                                        .handover = world_,
                                        .clock = clock_,
                                        .pause = [this](Duration span) { clock_.advance(span); },
                                        .stopping = [] { return false; },
                                        .on_transition = {}},
                                       {.patience = std::chrono::seconds(5)});
  const auto begun = coordinator->begin(testing::any_request());
  const auto ended = coordinator->drive(begun->id);
  ASSERT_TRUE(ended);
  expect_settled(*ended);
  EXPECT_EQ(ended->phase, Phase::kAborted);
}

TEST_F(CoordinatorTest, ACoordinatorThatDiesAtAnyBorderIsContinuedByTheNext) {
  const int borders = (run(), transitions_);
  for (int at = 1; at <= borders; ++at) {
    world_ = World();
    journal_ = testing::MemoryJournal();
    transitions_ = 0;
    stop_at_ = at;
    const auto left = run();
    stop_at_ = -1;
    SCOPED_TRACE(std::format("stopped after transition {} in phase {}", at, to_string(left.phase)));
    auto successor = make(journal_);
    ASSERT_TRUE(successor.drive_all());
    const auto ended = journal_.load(left.id);
    expect_settled(*ended);
    EXPECT_EQ(ended->phase, Phase::kDone);
  }
}

TEST_F(CoordinatorTest, ARestoreThatBreaksAfterTheCommitBeforeRunningGivesTheSourceBack) {
  world_.late_failure = true;
  const auto migration = run();
  expect_settled(migration);
  EXPECT_EQ(migration.phase, Phase::kAborted);
  EXPECT_NE(migration.error.find("broke after the commit"), std::string::npos);
}

TEST_F(CoordinatorTest, MovingToTheSameNodeIsRefused) {
  auto coordinator = make(journal_);
  auto request = testing::any_request();
  request.destination = request.source;
  const auto refused = coordinator.begin(request);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kInvalid);
}

}  // namespace
}  // namespace drover::migrate
