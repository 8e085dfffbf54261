#include "control/runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/testing/rig.h"
#include "control/testing/step_sleeper.h"

namespace drover::control {
namespace {

using ::testing::ElementsAre;
using testing::hour;
using testing::Rig;
using testing::StepSleeper;

testing::Table b_is_best() {
  return {{ZoneId{"A"}, std::vector(48, 300.0)}, {ZoneId{"B"}, std::vector(48, 100.0)}};
}

struct Driver {
  Driver() : rig(testing::three_zones(), b_is_best()) {}
  RunSummary run(const RunOptions& options) {
    return control::run(*rig.loop, clock, sleeper, options, stop.get_token());
  }
  std::vector<Instant> ticks() {
    std::vector<Instant> at;
    const auto recorded = rig.memory.ticks(kAll);
    for (const auto& tick : *recorded) {
      at.insert(at.begin(), tick.at);
    }
    return at;
  }

  Rig rig;
  ManualClock clock{hour(0)};
  StepSleeper sleeper{clock};
  std::stop_source stop;
};

TEST(Runner, TicksAtEverySlotUntilTheEnd) {
  Driver driver;
  const auto summary = driver.run({.end = hour(3)});
  EXPECT_EQ(summary.ticks, 3U);
  EXPECT_EQ(summary.skipped, 0U);
  EXPECT_THAT(driver.ticks(), ElementsAre(hour(0), hour(1), hour(2)));
  EXPECT_EQ(driver.clock.now(), hour(3));
}

TEST(Runner, BeginsWithTheSlotThatTheClockStandsIn) {
  Driver driver;
  driver.clock.set(hour(1) + std::chrono::minutes{42});
  driver.run({.end = hour(3)});
  EXPECT_THAT(driver.ticks(), ElementsAre(hour(1), hour(2)));
}

TEST(Runner, SettlesMovesBetweenTicks) {
  Driver driver;
  driver.run({.settle_every = std::chrono::minutes{5}, .end = hour(2)});
  const auto moved = driver.rig.history({.moves_only = true}).at(0);
  EXPECT_EQ(moved.settled_at, hour(0) + std::chrono::minutes{5});
}

TEST(Runner, AfterTheEndItWaitsForMovesInFlight) {
  Driver driver;
  driver.rig.cluster.polls_to_end = 100;
  driver.run({.end = hour(1)});
  EXPECT_EQ(driver.rig.history({.moves_only = true}).at(0).state, DecisionState::kDone);
}

TEST(Runner, SlotsThatPassDuringALongTickAreSkippedNotCaughtUpWith) {
  Driver driver;
  int observations = 0;
  driver.rig.cluster.before_observe = [&] {
    if (++observations == 1) {
      driver.clock.advance(std::chrono::minutes{200});
    }
  };
  const auto summary = driver.run({.end = hour(5)});
  EXPECT_THAT(driver.ticks(), ElementsAre(hour(0), hour(3), hour(4)));
  EXPECT_EQ(summary.skipped, 2U);
}

TEST(Runner, StopsWhenToldTo) {
  Driver driver;
  driver.rig.cluster.before_observe = [&] {
    if (driver.clock.now() >= hour(2)) {
      driver.stop.request_stop();
    }
  };
  EXPECT_EQ(driver.run({}).ticks, 3U);
}

TEST(Runner, CountsDegradedTicks) {
  Driver driver;
  driver.rig.forecasts.broken[ZoneId{"C"}] = "no data";
  EXPECT_EQ(driver.run({.end = hour(4)}).degraded_ticks, 4U);
}

}  // namespace
}  // namespace drover::control
