#include "migrate/machine.h"

#include <set>

#include <gtest/gtest.h>

namespace drover::migrate {
namespace {

constexpr Event kEvents[] = {Event::kSucceeded, Event::kFailed, Event::kNeverRan};

Phase at(std::size_t index) { return static_cast<Phase>(index); }

TEST(Machine, SuccessWalksEveryPhaseInOrderToDone) {
  auto phase = Phase::kPreflight;
  std::vector<Phase> walked{phase};
  while (!is_terminal(phase)) {
    const auto following = next(phase, Event::kSucceeded);
    ASSERT_TRUE(following) << to_string(phase);
    phase = *following;
    walked.push_back(phase);
  }
  const std::vector<Phase> expected = {Phase::kPreflight, Phase::kPrepare,  Phase::kFreeze,
                                       Phase::kDump,      Phase::kTransfer, Phase::kAddress,
                                       Phase::kRestore,   Phase::kCommit,   Phase::kRelease,
                                       Phase::kDrain,     Phase::kDone};
  EXPECT_EQ(walked, expected);
}

TEST(Machine, FailureBeforeTheCommitRollsBackAndAfterItOnlyRepeats) {
  for (std::size_t i = 0; i < kPhaseCount; ++i) {
    if (is_terminal(at(i))) {
      continue;
    }
    const auto following = next(at(i), Event::kFailed);
    ASSERT_TRUE(following) << to_string(at(i));
    const bool forward_only = is_committed(at(i)) || at(i) == Phase::kRollback;
    EXPECT_EQ(*following, forward_only ? at(i) : Phase::kRollback) << to_string(at(i));
  }
}

// Every path from every phase, by any events, ends in done or aborted; a committed migration
// becomes an aborted one by exactly one edge, the proof that nothing ran.
TEST(Machine, TheOnlyWayBackFromTheCommitIsTheProofThatNothingRan) {
  for (std::size_t i = 0; i < kPhaseCount; ++i) {
    for (const auto event : kEvents) {
      const auto following = next(at(i), event);
      if (following && is_committed(at(i)) && !is_committed(*following)) {
        EXPECT_EQ(at(i), Phase::kRelease);
        EXPECT_EQ(event, Event::kNeverRan);
        EXPECT_EQ(*following, Phase::kRollback);
      }
    }
  }
}

TEST(Machine, TerminalPhasesHaveNoSuccessor) {
  for (const auto phase : {Phase::kDone, Phase::kAborted}) {
    for (const auto event : kEvents) {
      EXPECT_FALSE(next(phase, event));
    }
    EXPECT_TRUE(steps_of(phase).empty());
  }
}

TEST(Machine, EveryStepBelongsToExactlyOnePhase) {
  std::multiset<Step> seen;
  for (std::size_t i = 0; i < kPhaseCount; ++i) {
    for (const auto step : steps_of(at(i))) {
      seen.insert(step);
    }
  }
  EXPECT_EQ(seen.size(), kStepCount);
  EXPECT_EQ(std::set<Step>(seen.begin(), seen.end()).size(), kStepCount);
}

TEST(Machine, NamesParseBackAndUnknownOnesSuggest) {
  for (std::size_t i = 0; i < kPhaseCount; ++i) {
    EXPECT_EQ(parse_phase(to_string(at(i))), at(i));
  }
  for (std::size_t i = 0; i < kStepCount; ++i) {
    EXPECT_EQ(parse_step(to_string(static_cast<Step>(i))), static_cast<Step>(i));
  }
  const auto unknown = parse_phase("freze");
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().what.find("'freeze'"), std::string::npos) << unknown.error().what;
}

}  // namespace
}  // namespace drover::migrate
