#include "os/process.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>

#include <gtest/gtest.h>

#include "os/clock.h"
#include "os/command.h"
#include "os/testing/expect.h"

namespace drover::os {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::FailsWith;
using testing::IsOk;

Child start(std::vector<std::string> argv) {
  auto child = Child::spawn({.argv = std::move(argv), .env = {{"DROVER_TEST", "a=b c"}}});
  EXPECT_THAT(child, IsOk());
  return std::move(*child);
}

TEST(Process, IdentityIsPidAndStart) {
  const auto self = identify_self();
  EXPECT_EQ(self.pid, ::getpid());
  EXPECT_GT(self.start_ticks, 0U);
  EXPECT_TRUE(alive(self));
  EXPECT_FALSE(alive({.pid = self.pid, .start_ticks = self.start_ticks + 1}));
  EXPECT_THAT(identify(0), FailsWith(Code::kNotFound, "process 0"));
}

TEST(Process, SignalsOnlyTheProcessThatIsMeant) {
  auto child = start({"sleep", "60"});
  auto earlier = child.id();
  --earlier.start_ticks;
  EXPECT_THAT(kill(earlier, SIGKILL), FailsWith(Code::kNotFound, "gone"));
  EXPECT_TRUE(alive(child.id()));
  EXPECT_THAT(kill(child.id(), SIGKILL), IsOk());
  EXPECT_EQ(child.wait(seconds(5)), (ExitStatus{.exit_code = 128 + SIGKILL, .signal = SIGKILL}));
}

TEST(Process, AZombieIsGone) {
  auto child = start({"true"});
  EXPECT_THAT(wait_gone(child.id(), seconds(5)), IsOk());
  EXPECT_FALSE(alive(child.id()));
  EXPECT_THAT(kill(child.id(), SIGTERM), FailsWith(Code::kNotFound, "gone"));
}

TEST(Process, WaitingEndsAfterTheTimeout) {
  const auto child = start({"sleep", "60"});
  const Stopwatch watch;
  EXPECT_THAT(wait_gone(child.id(), milliseconds(30)), FailsWith(Code::kTimeout, "still runs"));
  EXPECT_GE(watch.elapsed(), milliseconds(30));
}

TEST(Process, StopKillsWhatIgnoresTheTerm) {
  const auto child = start({"sh", "-c", "trap '' TERM; echo; while :; do sleep 1; done"});
  pause_for(milliseconds(50));  // for the trap to be set; too early only makes the test easier
  EXPECT_THAT(stop(child.id(), milliseconds(50)), IsOk());
  EXPECT_FALSE(alive(child.id()));
  EXPECT_THAT(stop(child.id(), milliseconds(50)), IsOk());
}

TEST(Process, IsFoundByItsEnvironment) {
  const auto child = start({"sleep", "60"});
  const auto found = find_by_env("DROVER_TEST", "a=b c");
  ASSERT_THAT(found, IsOk());
  EXPECT_TRUE(std::ranges::contains(*found, child.id()));
  EXPECT_FALSE(std::ranges::contains(*find_by_env("DROVER_TEST", "a=b"), child.id()));
  EXPECT_FALSE(std::ranges::contains(*find_by_env("ROVER_TEST", "a=b c"), child.id()));
}

}  // namespace
}  // namespace drover::os
