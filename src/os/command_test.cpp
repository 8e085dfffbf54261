#include "os/command.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <thread>

#include <gtest/gtest.h>

#include "os/clock.h"
#include "os/netns.h"
#include "os/testing/expect.h"
#include "os/testing/temp_dir.h"

namespace drover::os {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::FailsWith;
using testing::IsOk;
using testing::TempDir;

std::string output(const Command& command) {
  const auto finished = run(command);
  EXPECT_THAT(finished, IsOk());
  return finished ? finished->out : "";
}

TEST(Run, CapturesBothStreamsAndTheExitCode) {
  const auto finished = run({.argv = {"sh", "-c", "echo out; echo err >&2; exit 7"}});
  ASSERT_THAT(finished, IsOk());
  EXPECT_EQ(finished->out, "out\n");
  EXPECT_EQ(finished->err, "err\n");
  EXPECT_EQ(finished->status, (ExitStatus{.exit_code = 7, .signal = 0}));
}

TEST(Run, ReportsTheSignalThatKilled) {
  const auto finished = run({.argv = {"sh", "-c", "kill -SEGV $$"}});
  ASSERT_THAT(finished, IsOk());
  EXPECT_EQ(finished->status.signal, SIGSEGV);
  EXPECT_FALSE(finished->ok());
}

TEST(Run, SaysWhichProgramIsMissing) {
  EXPECT_THAT(run({.argv = {"drover-no-such"}}), FailsWith(Code::kNotFound, "'drover-no-such'"));
  EXPECT_THAT(run({.argv = {"/no/such"}}), FailsWith(Code::kNotFound, "starting /no/such"));
  EXPECT_THAT(run({.argv = {}}), FailsWith(Code::kInvalid, "without a program"));
}

TEST(Run, SaysWhichStepFailed) {
  EXPECT_THAT(run({.argv = {"true"}, .cwd = "/no/dir"}), FailsWith(Code::kNotFound, "/no/dir"));
  EXPECT_THAT(run({.argv = {"true"}, .net_namespace = 0}), FailsWith(Code::kInvalid, "namespace"));
  EXPECT_THAT(run({.argv = {"true"}, .in_child = [] { return EPERM; }}),
              FailsWith(Code::kUnavailable, "preparing"));
}

TEST(Run, AddsAndReplacesEnvironment) {
  ::setenv("DROVER_TEST_A", "old", 1);
  ::setenv("DROVER_TEST_B", "kept", 1);
  EXPECT_EQ(output({.argv = {"sh", "-c", "echo $DROVER_TEST_A $DROVER_TEST_B $DROVER_TEST_C"},
                    .env = {{"DROVER_TEST_A", "new"}, {"DROVER_TEST_C", "added"}}}),
            "new kept added\n");
}

TEST(Run, RunsInTheDirectory) { EXPECT_EQ(output({.argv = {"pwd"}, .cwd = "/proc"}), "/proc\n"); }

TEST(Run, BoundsOutputButLetsTheProgramFinish) {
  const auto finished =
      run({.argv = {"sh", "-c", "head -c 3000000 /dev/zero; exit 3"}, .output_limit = Bytes{1000}});
  ASSERT_THAT(finished, IsOk());
  EXPECT_EQ(finished->out.size(), 1000U);
  EXPECT_EQ(finished->status.exit_code, 3);
}

TEST(Run, TimeoutKillsTheWholeGroup) {
  const TempDir dir;
  const auto pid_file = (dir / "pid").string();
  const auto finished =
      run({.argv = {"sh", "-c", "sleep 60 & echo $! >" + pid_file + "; echo why >&2; wait"},
           .timeout = milliseconds(200)});
  EXPECT_THAT(finished, FailsWith(Code::kTimeout, "why"));
  const auto pid = std::stoi(*read_file(pid_file));
  for (int i = 0; i < 100 && identify(pid); ++i) pause_for(milliseconds(5));
  EXPECT_FALSE(identify(pid));
}

// As a container's init does that holds the streams of the runtime which created it.
TEST(Run, ReturnsWhenTheProgramExitsThoughItsOutputIsHeld) {
  const Stopwatch watch;
  const auto finished = run({.argv = {"sh", "-c", "sleep 60 & echo $!"}});
  ASSERT_THAT(finished, IsOk());
  EXPECT_LT(watch.elapsed(), seconds(10));
  ::kill(std::stoi(finished->out), SIGKILL);
}

TEST(Run, PassesExactlyTheNamedDescriptors) {
  auto pipe = make_pipe();
  const Fd other(::open("/dev/null", O_RDONLY));  // without close-on-exec
  // A source on another's target number must not be lost: both targets are numbers in use here.
  const auto listed = output(
      {.argv = {"sh", "-c", "echo hello >&4; ls /proc/self/fd | tr '\\n' ' '"},
       .extra_fds = {{.fd = pipe->write.get(), .as = 4}, {.fd = pipe->read.get(), .as = 3}}});
  EXPECT_EQ(listed, "0 1 2 3 4 5 ");  // 5 is ls reading the directory
  std::array<char, 16> text{};
  EXPECT_EQ(::read(pipe->read.get(), text.data(), text.size()), 6);
  EXPECT_THAT(run({.argv = {"true"}, .extra_fds = {{.fd = 0, .as = 2}}}),
              FailsWith(Code::kInvalid, "0-2"));
}

TEST(Run, StartsWithDefaultSignals) {
  ::signal(SIGPIPE, SIG_IGN);
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  const auto signals = output({.argv = {"grep", "-E", "^Sig(Blk|Ign):", "/proc/self/status"}});
  EXPECT_EQ(signals, "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

TEST(Run, EntersTheNetworkNamespace) {
  const auto ns = NetNamespace::create();
  ASSERT_THAT(ns, IsOk());
  EXPECT_EQ(output({.argv = {"readlink", "/proc/self/ns/net"}, .net_namespace = ns->fd()}),
            std::format("net:[{}]\n", *ns->inode()));
}

TEST(Run, TakesTheUnifiedHierarchyOutOfPrivateMounts) {
  const Command command{
      .argv = {"sh", "-c", "readlink /proc/self/ns/mnt; ls /sys/fs/cgroup/unified"},
      .private_mounts = true};
  const auto finished = run(command);
  ASSERT_THAT(finished, IsOk());
  const auto ours = std::filesystem::read_symlink("/proc/self/ns/mnt").string() + "\n";
  EXPECT_NE(finished->out, ours);
  EXPECT_FALSE(finished->out.contains("cgroup.procs"));
}

TEST(Run, IsSafeFromManyThreads) {
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([] {
      for (int round = 0; round < 5; ++round) EXPECT_EQ(output({.argv = {"echo", "x"}}), "x\n");
    });
  }
}

TEST(RunOk, MakesAFailureAnErrorWithTheProgramsWords) {
  EXPECT_EQ(run_ok({.argv = {"echo", "fine"}}), "fine\n");
  EXPECT_THAT(run_ok({.argv = {"sh", "-c", "echo bad news >&2; exit 2"}}),
              FailsWith(Code::kUnavailable, "exit code 2: bad news"));
}

TEST(Child, IsKilledAndReapedByItsDestructor) {
  ProcessId id;
  {
    const auto child = Child::spawn({.argv = {"sleep", "60"}});
    ASSERT_THAT(child, IsOk());
    id = child->id();
  }
  EXPECT_FALSE(exists(std::format("/proc/{}", id.pid)));
}

TEST(Child, WaitsAndSignals) {
  auto child = Child::spawn({.argv = {"sleep", "60"}});
  ASSERT_THAT(child, IsOk());
  EXPECT_THAT(child->wait(milliseconds(10)), FailsWith(Code::kTimeout, "still runs"));
  EXPECT_THAT(child->signal(SIGTERM), IsOk());
  EXPECT_EQ(child->wait(seconds(5))->signal, SIGTERM);
  EXPECT_THAT(child->wait(seconds(5)), FailsWith(Code::kNotFound, "gone"));
}

TEST(Daemon, LeavesOurSessionAndWritesItsLog) {
  const TempDir dir;
  const auto daemon = spawn_daemon(
      {.argv = {"sh", "-c", "cut -d' ' -f1,4,6 /proc/$$/stat; echo err >&2; exec sleep 60"}},
      dir / "log");
  ASSERT_THAT(daemon, IsOk());
  EXPECT_TRUE(alive(*daemon));
  for (int i = 0; i < 200 && !read_file(dir / "log")->contains("err"); ++i) {
    pause_for(milliseconds(5));
  }
  int pid = 0;
  int parent = 0;
  int session = 0;
  std::istringstream(*read_file(dir / "log")) >> pid >> parent >> session;
  EXPECT_EQ(pid, daemon->pid);
  EXPECT_NE(parent, ::getpid());
  EXPECT_EQ(session, daemon->pid);
  EXPECT_THAT(stop(*daemon, seconds(5)), IsOk());
}

TEST(Daemon, ThatCannotStartIsAnError) {
  EXPECT_THAT(spawn_daemon({.argv = {"/no/such"}}, ""), FailsWith(Code::kNotFound, "/no/such"));
}

TEST(SelfExe, IsThisProgram) { EXPECT_EQ(self_exe()->filename(), "os_test"); }

}  // namespace
}  // namespace drover::os
