#include "os/signal.h"

#include <signal.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "os/clock.h"
#include "os/command.h"
#include "os/file.h"
#include "os/testing/expect.h"

namespace drover::os {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::FailsWith;
using testing::IsOk;

TEST(SignalWaiter, TakesBlockedSignalsAsEvents) {
  auto waiter = SignalWaiter::for_termination();
  ASSERT_THAT(waiter, IsOk());
  EXPECT_EQ(*waiter->wait(milliseconds(1)), std::nullopt);
  ::kill(::getpid(), SIGTERM);
  EXPECT_EQ(*waiter->wait(seconds(5)), SIGTERM);
}

TEST(Subreaper, AdoptsAndReapsOrphans) {
  ASSERT_THAT(become_subreaper(), IsOk());
  const auto started =
      run({.argv = {"sh", "-c", "sh -c 'sleep 0.05; exit 5' >/dev/null & echo $!"}});
  ASSERT_THAT(started, IsOk());
  const auto orphan = std::stoi(started->out);
  EXPECT_THAT(wait_child(orphan, milliseconds(1)), FailsWith(Code::kTimeout, "still runs"));
  EXPECT_EQ(wait_child(orphan, seconds(5)), (ExitStatus{.exit_code = 5, .signal = 0}));
  EXPECT_THAT(wait_child(orphan), FailsWith(Code::kNotFound, "not a child"));
}

TEST(Subreaper, ReapsWithoutWaiting) {
  ASSERT_THAT(become_subreaper(), IsOk());
  EXPECT_TRUE(reap_children().empty());
  ASSERT_THAT(run({.argv = {"sh", "-c", "sh -c 'kill -9 $$' >/dev/null & exit 0"}}), IsOk());
  std::vector<ReapedChild> reaped;
  for (int i = 0; i < 1000 && reaped.empty(); ++i) {
    reaped = reap_children();
    pause_for(milliseconds(2));
  }
  ASSERT_EQ(reaped.size(), 1U);
  EXPECT_EQ(reaped.front().status.signal, SIGKILL);
}

TEST(ProcessName, IsCutToWhatTheKernelKeeps) {
  set_process_name("drover-a-very-long-name");
  EXPECT_EQ(read_file("/proc/thread-self/comm"), "drover-a-very-l\n");
}

}  // namespace
}  // namespace drover::os
