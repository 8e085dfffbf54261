// The program itself, with a script in runc's place that prints what it was given.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <format>
#include <map>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/clock.h"
#include "os/command.h"
#include "os/file.h"
#include "os/testing/temp_dir.h"

namespace drover::oci {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

// `restore` writes the pid file like the real one.
constexpr auto kFakeRunc = R"(#!/bin/sh
echo "call"; for a in "$@"; do echo "[$a]"; done
echo "env $MARK"; echo to-stderr >&2
for a in "$@"; do
  [ "$a" = restore ] && mkdir -p "$FAKE_ROOT/id"
  [ "$previous" = --pid-file ] && echo 42 > "$a"
  previous=$a
done
exit ${FAKE_EXIT:-0}
)";

class RuntimeTest : public testing::Test {
 protected:
  RuntimeTest() {
    (void)os::make_dirs(rendezvous());
    (void)os::make_dirs(dir_ / "bundle");
    (void)os::make_dirs(dir_ / "image");
    (void)os::publish(dir_ / "runc", kFakeRunc, 0755);
  }

  [[nodiscard]] std::filesystem::path rendezvous() const {
    return dir_ / "restores" / "m-1" / "web";
  }
  [[nodiscard]] std::string file(const std::string& name) const { return (dir_ / name).string(); }

  os::Finished call(const std::vector<std::string>& arguments,
                    std::vector<std::pair<std::string, std::string>> more = {}) const {
    os::Command command{.argv = {program()}, .timeout = std::chrono::seconds(20)};
    std::ranges::copy(arguments, std::back_inserter(command.argv));
    std::map<std::string, std::string> variables = {{"DROVER_RUNC", dir_ / "runc"},
                                                    {"DROVER_RESTORES", dir_ / "restores"},
                                                    {"DROVER_RESTORE_TIMEOUT_S", "1"},
                                                    {"FAKE_ROOT", file("root")},
                                                    {"MARK", "kept"}};
    for (const auto& [name, value] : more) variables[name] = value;
    command.env.assign(variables.begin(), variables.end());
    auto finished = os::run(command);
    EXPECT_TRUE(finished) << finished.error().what;
    return finished.value_or(os::Finished{});
  }

  static std::string program() {
    return os::self_exe().value().parent_path().parent_path() / "bin" / "drover-runtime";
  }

  static std::string printed(const std::vector<std::string>& arguments) {
    std::string text = "call\n";
    for (const auto& argument : arguments) text += "[" + argument + "]\n";
    return text + "env kept\n";
  }

  void write_config(const std::string& annotations) const {
    (void)os::publish(dir_ / "bundle" / "config.json",
                      std::format(R"({{"annotations":{{{}}}}})", annotations));
  }
  void ask_for_restore() const {
    write_config(std::format(
        R"("drover.dev/migration":"m-1","drover.dev/container":"web","org.criu.config":"{}")",
        file("criu.conf")));
  }
  void offer(const std::string& container = "web") const {
    (void)os::publish(
        rendezvous() / "offer.json",
        std::format(
            R"({{"migration":"m-1","epoch":1,"pod":"p","container":"{}","image_path":"{}","work_path":"{}"}})",
            container, file("image"), file("work")));
    (void)os::publish(dir_ / "image" / "inventory.img", "x");
  }
  [[nodiscard]] bool there(const std::string& name) const {
    return os::exists(rendezvous() / name);
  }

  os::testing::TempDir temp_;
  std::filesystem::path dir_ = temp_.path();
};

// All verbs of runc 1.1 and 1.3, and one that does not exist.
constexpr const char* kVerbs[] = {"checkpoint", "create", "delete", "events",      "exec",
                                  "features",   "kill",   "list",   "pause",       "ps",
                                  "restore",    "resume", "run",    "spec",        "start",
                                  "state",      "update", "help",   "no-such-verb"};

TEST_F(RuntimeTest, EveryVerbIsPassedThroughUnchanged) {
  for (const auto* verb : kVerbs) {
    const std::vector<std::string> arguments = {
        "--root", "/r x", "--log=/l", verb, "--bundle", file("bundle"), "--", "--a", "", "id"};
    const auto finished = call(arguments);
    EXPECT_EQ(finished.out, printed(arguments)) << verb;
    EXPECT_EQ(finished.err, "to-stderr\n") << verb;
  }
}

TEST_F(RuntimeTest, AnyOrderOfFlagsIsPassedThroughUnchanged) {
  const std::vector<std::string> pieces = {
      "--root", "/r",    "-debug",   "--log-format", "json",          "--systemd-cgroup",
      "create", "start", "--bundle", "-b",           "--pid-file=/p", "--no-pivot",
      "--",     "-",     "",         "id",           "--criu"};
  std::mt19937 chance(7);  // NOLINT: the same orders in every run
  for (int round = 0; round < 60; ++round) {
    auto arguments = pieces;
    std::ranges::shuffle(arguments, chance);
    arguments.resize(chance() % (pieces.size() + 1));
    EXPECT_EQ(call(arguments).out, printed(arguments));
  }
}

TEST_F(RuntimeTest, TheExitCodeIsRuncs) {
  EXPECT_EQ(call({"state", "id"}, {{"FAKE_EXIT", "37"}}).status.exit_code, 37);
}

TEST_F(RuntimeTest, AMissingRuncIsSaidAndLoggedAsRuncWould) {
  const auto finished = call({"--log", file("log"), "--log-format", "json", "state", "id"},
                             {{"DROVER_RUNC", "/no/runc"}});
  EXPECT_EQ(finished.status.exit_code, 1);
  EXPECT_THAT(finished.err, HasSubstr("DROVER_RUNC=/no/runc is not a program"));
  EXPECT_THAT(
      os::read_file(file("log")).value(),
      HasSubstr(R"({"level":"error","msg":"DROVER_RUNC=/no/runc is not a program","time":)"));
}

TEST_F(RuntimeTest, AnOrdinaryContainerIsCreatedByRunc) {
  write_config(R"("drover.dev/container":"web")");
  const std::vector<std::string> arguments = {"create", "--bundle", file("bundle"), "id"};
  EXPECT_EQ(call(arguments).out, printed(arguments));
}

TEST_F(RuntimeTest, ARestoreKeepsGlobalFlagsAndDropsThoseThatRestoreDoesNotKnow) {
  ask_for_restore();
  offer();
  (void)os::publish(rendezvous() / "ready", "");
  const auto finished =
      call({"--root", file("root"), "--systemd-cgroup", "create", "--bundle", file("bundle"),
            "--pid-file", file("pid"), "--no-pivot", "--console-socket", "/s", "--preserve-fds",
            "3", "--pidfd-socket=/q", "id"});
  EXPECT_EQ(finished.status.exit_code, 0) << finished.err;
  EXPECT_EQ(finished.out,
            printed({"--root", file("root"), "--systemd-cgroup", "restore", "--detach",
                     "--tcp-established", "--file-locks", "--bundle", file("bundle"),
                     "--image-path", file("image"), "--work-path", file("work"), "--pid-file",
                     file("pid"), "--console-socket=/s", "--no-pivot", "id"}));
  EXPECT_TRUE(there("consumed"));
  EXPECT_EQ(os::read_file(rendezvous() / "done.json").value(), R"({"error":"","exit_code":0})");
  EXPECT_EQ(std::filesystem::read_symlink(rendezvous() / "hook"), program());
  EXPECT_FALSE(os::exists(file("criu.conf")));
  EXPECT_TRUE(os::exists(dir_ / "root" / "id" / "drover-restored"));
}

TEST_F(RuntimeTest, ARestoreThatFailsIsNeverAColdStart) {
  ask_for_restore();
  offer();
  (void)os::publish(rendezvous() / "ready", "");
  const auto finished = call({"--root", file("root"), "create", "--bundle", file("bundle"), "id"},
                             {{"FAKE_EXIT", "1"}});
  EXPECT_EQ(finished.status.exit_code, 1);
  EXPECT_THAT(finished.out, testing::Not(HasSubstr("[create]")));
  EXPECT_THAT(finished.err, HasSubstr("runc restore ended with exit code 1"));
  EXPECT_THAT(os::read_file(rendezvous() / "done.json").value(), HasSubstr(R"("exit_code":1)"));
}

TEST_F(RuntimeTest, RefusalsConsumeNothing) {
  ask_for_restore();
  const auto refused = [&] { return call({"create", "--bundle", file("bundle"), "id"}).err; };
  EXPECT_THAT(refused(), HasSubstr("no such migration here"));
  offer("other");
  EXPECT_THAT(refused(), HasSubstr("offers container 'other'"));
  offer();
  EXPECT_THAT(refused(), HasSubstr("nothing was heard of the migration for 1 s"));
  (void)os::publish(rendezvous() / "ready", "");
  (void)os::remove_tree(dir_ / "image" / "inventory.img");
  EXPECT_THAT(refused(), HasSubstr("holds no checkpoint"));
  offer();
  (void)os::publish(rendezvous() / "abort", "");
  EXPECT_THAT(refused(), HasSubstr("the migration was aborted"));
  EXPECT_FALSE(there("consumed"));
  EXPECT_THAT(call({"create", "--bundle", file("bundle"), "id"}, {{"DROVER_RESTORES", ""}}).err,
              HasSubstr("DROVER_RESTORES is not set"));
}

TEST_F(RuntimeTest, AConsumedCheckpointIsRefusedAtOnce) {
  ask_for_restore();
  offer();
  for (const auto* name : {"ready", "consumed", "done.json"})
    (void)os::publish(rendezvous() / name, "as before");
  EXPECT_THAT(call({"create", "--bundle", file("bundle"), "id"}).err, HasSubstr("consumed before"));
  EXPECT_EQ(os::read_file(rendezvous() / "done.json").value(), "as before");
}

TEST_F(RuntimeTest, TheHookWaitsForTheDecisionAtPostRestoreOnly) {
  const auto hook = [&](const std::string& action) {
    return call({"hook", rendezvous()},
                {{"CRTOOLS_SCRIPT_ACTION", action}, {"CRTOOLS_INIT_PID", "42"}})
        .status.exit_code;
  };
  for (const auto* action : {"pre-restore", "setup-namespaces", "post-setup-namespaces",
                             "network-unlock", "post-resume", ""}) {
    EXPECT_EQ(hook(action), 0) << action;
  }
  EXPECT_FALSE(there("restored"));
  EXPECT_EQ(hook("post-restore"), 1);  // silence
  EXPECT_EQ(os::read_file(rendezvous() / "restored").value(), "42");
  (void)os::publish(rendezvous() / "commit", "");
  EXPECT_EQ(hook("post-restore"), 0);
  EXPECT_EQ(hook("pre-resume"), 0);
  EXPECT_TRUE(there("resuming"));
  (void)os::publish(rendezvous() / "abort", "");
  EXPECT_EQ(hook("post-restore"), 1);  // an abort counts more than a commit
}

TEST_F(RuntimeTest, TheHookIsAlsoFoundByItsName) {
  std::filesystem::create_symlink(program(), rendezvous() / "hook");
  const auto finished =
      os::run({.argv = {rendezvous() / "hook"}, .env = {{"CRTOOLS_SCRIPT_ACTION", "pre-resume"}}});
  ASSERT_TRUE(finished);
  EXPECT_EQ(finished->status.exit_code, 0);
  EXPECT_TRUE(there("resuming"));
}

TEST_F(RuntimeTest, APathThatCriuWouldMangleIsRefused) {
  ask_for_restore();
  const auto strange = dir_ / "with blank";
  (void)os::make_dirs(strange / "m-1");
  std::filesystem::rename(rendezvous(), strange / "m-1" / "web");
  (void)os::publish(
      strange / "m-1" / "web" / "offer.json",
      std::format(
          R"({{"migration":"m-1","epoch":1,"pod":"p","container":"web","image_path":"{}","work_path":"/w"}})",
          file("image")));
  EXPECT_THAT(
      call({"create", "--bundle", file("bundle"), "id"}, {{"DROVER_RESTORES", strange}}).err,
      HasSubstr("CRIU needs a path of letters"));
}

TEST_F(RuntimeTest, StartOfARestoredContainerDoesNothingButOnce) {
  (void)os::make_dirs(dir_ / "root" / "id");
  (void)os::publish(dir_ / "root" / "id" / "drover-restored", "");
  (void)os::publish(dir_ / "runc", "#!/bin/sh\necho '{\"status\":\"running\"}'\n", 0755);
  const std::vector<std::string> start = {"--root", file("root"), "start", "id"};
  auto first = call(start);
  EXPECT_EQ(first.status.exit_code, 0);
  EXPECT_THAT(first.out, IsEmpty());
  EXPECT_THAT(call(start).out, HasSubstr("running"));  // the mark is gone: runc's own answer
  (void)os::publish(dir_ / "root" / "id" / "drover-restored", "");
  (void)os::publish(dir_ / "runc", "#!/bin/sh\necho '{\"status\":\"created\"}'\n", 0755);
  EXPECT_EQ(call(start).status.exit_code, 1);
}

}  // namespace
}  // namespace drover::oci
