#include "os/clock.h"

#include <thread>

#include <gtest/gtest.h>

namespace drover::os {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(RealClock, IsTheWallClockAndSleeps) {
  const RealClock clock;
  const auto before = clock.now();
  EXPECT_GT(before, Instant(std::chrono::sys_days(std::chrono::year(2024) / 1 / 1)));
  EXPECT_TRUE(clock.sleep_for(milliseconds(20), {}));
  EXPECT_GE(clock.now() - before, milliseconds(20));
  EXPECT_TRUE(clock.sleep_until(before, {}));
}

TEST(AcceleratedClock, RunsAsFastAsTold) {
  const Instant start{std::chrono::sys_days(std::chrono::year(2021) / 3 / 4)};
  const AcceleratedClock clock(start, 36000);
  const Stopwatch watch;
  EXPECT_TRUE(clock.sleep_until(start + hours(1), {}));
  EXPECT_GE(clock.now(), start + hours(1));
  EXPECT_GE(watch.elapsed(), milliseconds(95));
  EXPECT_LT(watch.elapsed(), seconds(2));
}

TEST(Clocks, ASleepEndsWhenToldToStop) {
  const RealClock real;
  const AcceleratedClock fast(real.now(), 2);
  for (const WaitingClock* clock :
       {static_cast<const WaitingClock*>(&real), static_cast<const WaitingClock*>(&fast)}) {
    std::jthread sleeper(
        [&](const std::stop_token& stop) { EXPECT_FALSE(clock->sleep_for(hours(1), stop)); });
    pause_for(milliseconds(5));
    sleeper.request_stop();
  }
  std::stop_source stopped;
  stopped.request_stop();
  EXPECT_FALSE(real.sleep_until(real.now(), stopped.get_token()));
}

}  // namespace
}  // namespace drover::os
