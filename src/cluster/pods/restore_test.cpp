// Containers restored by drover-runtime inside create, with the test as the agent: every file of
// the rendezvous is written and read here by name (docs/formats/restore-rendezvous.md).
#include <signal.h>

#include <algorithm>
#include <format>

#include <gmock/gmock.h>

#include "cluster/pods/node_fixture_test.h"
#include "cluster/pods/state_files.h"
#include "os/cgroup.h"
#include "os/clock.h"
#include "os/command.h"
#include "os/file.h"
#include "os/process.h"

namespace drover::cluster::pods {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

constexpr auto kMigration = "m-000001";
// Its children come and go, so the dump has processes of both kinds; one line is written in about
// 20 ms.
constexpr auto kCounter =
    "i=0; while true; do i=$((i+1)); echo $i; echo $i > /data/last; sleep 0.02; done";

// The runtime may say something in the log; a line of digits comes from the container.
constexpr auto kCounted = "(^|\n)[0-9]+\n";

class RestoreTest : public NodeFixture {
 protected:
  void SetUp() override {
    if (const auto missing = missing_for_checkpoints(); !missing.empty()) GTEST_SKIP() << missing;
    NodeFixture::SetUp();
    auto ns = os::NetNamespace::create();
    ASSERT_TRUE(ns);
    east_ns_.emplace(std::move(*ns));
    auto other = other_node();
    other.restore_timeout = restore_timeout_;
    east_.emplace(other);
  }

  template <class Call>
  std::invoke_result_t<Call> at_east(Call call) {
    return os::run_in(*east_ns_, call);
  }

  // A pod whose containers count into a file outside of it, so that one can see whether it runs.
  PodSpec counters(std::initializer_list<std::string> names) {
    PodSpec spec = pod("count", {});
    (void)os::make_dirs(dir_ / "data", 0755);
    spec.volumes = {{.name = "data", .source = HostPath{dir_ / "data"}}};
    for (const auto& name : names) {
      spec.containers.push_back({.name = name,
                                 .image = dir_ / "image",
                                 .command = {"/bin/sh", "-c", kCounter},
                                 .volume_mounts = {{.name = "data", .mount_path = "/data"}}});
    }
    return spec;
  }

  // Runs them on the first node for a moment, then pauses and dumps each.
  void dump(const PodSpec& spec) {
    ASSERT_TRUE(node().ensure(spec, RouteMode::kAttached));
    for (const auto& wanted : spec.containers) {
      ASSERT_TRUE(eventually("some numbers",
                             [&] { return last_number(log_of("count", wanted.name)) >= 3; }));
    }
    const auto info = node().quiesce_info("count");
    ASSERT_TRUE(info);
    for (const auto& paused : info->containers) ASSERT_EQ(runc({"pause", paused.runc_id}), "");
    for (const auto& paused : info->containers) {
      ASSERT_TRUE(os::make_dirs(images(paused.name)));
      ASSERT_TRUE(os::atomic_write(paused.criu_config, "network-lock skip\n"));
      ASSERT_EQ(
          runc({"checkpoint", "--leave-running", "--tcp-established", "--file-locks",
                "--image-path", images(paused.name), "--work-path", dir_ / "dump", paused.runc_id}),
          "");
      ASSERT_TRUE(os::remove_tree(paused.criu_config));
    }
  }

  // Empty when it succeeded.
  std::string runc(std::vector<std::string> arguments) const {
    std::vector<std::string> argv{"runc", "--root", options().paths.runc()};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    const auto done = os::run_ok({.argv = argv});
    return done ? "" : done.error().what;
  }

  // The second node makes the pod; its containers wait in create.
  void prepare(PodSpec spec, bool offered = true) {
    spec.migration = MigrationId{kMigration};
    ASSERT_TRUE(at_east([&] { return east_->prepare(spec, RouteMode::kDetached); }));
    for (const auto& wanted : spec.containers) {
      ASSERT_TRUE(os::make_dirs(rendezvous(wanted.name)));
      ASSERT_TRUE(os::make_dirs(work(wanted.name)));
      if (offered) tell(wanted.name, "offer.json", offer(wanted.name));
    }
    ASSERT_TRUE(at_east([&] { return east_->start("count"); }));
  }

  [[nodiscard]] std::filesystem::path rendezvous(const std::string& name) const {
    return dir_ / "east" / "restores" / kMigration / name;
  }
  [[nodiscard]] std::filesystem::path images(const std::string& name) const {
    return dir_ / "images" / name;
  }
  [[nodiscard]] std::filesystem::path work(const std::string& name) const {
    return dir_ / "work" / name;
  }

  [[nodiscard]] std::string offer(const std::string& name) const {
    return std::format(
        R"({{"migration":"{}","epoch":1,"pod":"count","container":"{}","image_path":"{}","work_path":"{}"}})",
        kMigration, name, images(name).string(), work(name).string());
  }

  void tell(const std::string& name, const std::string& file, const std::string& content = "") {
    ASSERT_TRUE(os::atomic_write(rendezvous(name) / file, content));
  }
  testing::AssertionResult told(const std::string& name, const std::string& file) {
    return eventually(name + " says " + file, [&] { return os::exists(rendezvous(name) / file); });
  }
  [[nodiscard]] bool has_told(const std::string& name, const std::string& file) const {
    return os::exists(rendezvous(name) / file);
  }

  [[nodiscard]] ContainerStatus at_destination(const std::string& name) {
    const auto status = at_east([&] { return east_->status("count"); });
    if (!status) return {};
    const auto found = std::ranges::find(status->containers, name, &ContainerStatus::name);
    return found == status->containers.end() ? ContainerStatus{} : *found;
  }
  testing::AssertionResult reaches(const std::string& name, ContainerPhase phase) {
    auto reached = eventually(std::format("{} to be {}", name, to_string(phase)),
                              [&] { return at_destination(name).phase == phase; });
    if (!reached)
      reached << ", it is " << to_string(at_destination(name).phase) << ": "
              << at_destination(name).error;
    return reached;
  }
  [[nodiscard]] std::string log_at_destination(const std::string& name) {
    return east_->logs("count", name, std::nullopt).value_or("");
  }

  static int last_number(const std::string& log) {
    const auto end = log.find_last_of('\n');
    if (end == std::string::npos) return 0;
    const auto begin = end == 0 ? std::string::npos : log.find_last_of('\n', end - 1);
    return std::atoi(log.c_str() + (begin == std::string::npos ? 0 : begin + 1));
  }
  static int first_number(const std::string& log) { return std::atoi(log.c_str()); }

  [[nodiscard]] std::vector<pid_t> running_at_destination() const {
    const auto tree = os::CgroupTree::open(std::format("/drover/{}/east/count", options().cluster));
    return tree ? tree->processes().value_or(std::vector<pid_t>{}) : std::vector<pid_t>{};
  }

  void expect_source_goes_on(const std::string& name) {
    const auto before = last_number(log_of("count", name));
    ASSERT_EQ(runc({"resume", runc_id("count", name)}), "");
    EXPECT_TRUE(eventually("the source to go on",
                           [&] { return last_number(log_of("count", name)) > before + 2; }));
  }

  void remove_both() {
    EXPECT_TRUE(node().remove("count"));
    EXPECT_TRUE(at_east([&] { return east_->remove("count"); }));
    EXPECT_EQ(leftovers(), "");
    EXPECT_EQ(at_east([&]() -> Result<std::string> {
                return leftovers_of(options_of_east());
              }).value_or("?"),
              "");
  }
  [[nodiscard]] PodRuntimeOptions options_of_east() const { return other_node(); }

  std::chrono::seconds restore_timeout_{20};
  std::optional<os::NetNamespace> east_ns_;
  std::optional<PodRuntime> east_;
};

TEST_F(RestoreTest, ACommittedCopyGoesOnWhereTheSourceWasPaused) {
  const auto spec = counters({"a"});
  dump(spec);
  const auto paused_at = last_number(log_of("count", "a"));
  prepare(spec);
  ASSERT_TRUE(reaches("a", ContainerPhase::kCreated));
  EXPECT_FALSE(has_told("a", "consumed"));
  tell("a", "ready");
  ASSERT_TRUE(told("a", "restored"));
  EXPECT_TRUE(has_told("a", "consumed"));
  EXPECT_FALSE(has_told("a", "resuming"));
  EXPECT_EQ(log_at_destination("a"), "");  // not one instruction before the commit
  tell("a", "commit");
  ASSERT_TRUE(reaches("a", ContainerPhase::kRunning));
  EXPECT_TRUE(has_told("a", "resuming"));
  EXPECT_EQ(os::read_file(rendezvous("a") / "done.json").value(), R"({"error":"","exit_code":0})");
  EXPECT_TRUE(at_destination("a").restored);
  ASSERT_TRUE(
      eventually("numbers", [&] { return last_number(log_at_destination("a")) > paused_at + 3; }));
  // The number after the last; a shell that was paused between its two echoes has written this one
  // already.
  EXPECT_LE(first_number(log_at_destination("a")), paused_at + 1);
  EXPECT_GE(first_number(log_at_destination("a")), paused_at);
  EXPECT_FALSE(os::exists(options_of_east().paths.pod("count").container("a").criu_config()));
  ASSERT_TRUE(east_->adopt("count"));
  EXPECT_FALSE(east_->spec("count")->migration);
  EXPECT_EQ(last_number(log_of("count", "a")), paused_at);  // the source stayed frozen all the time
  remove_both();
}

TEST_F(RestoreTest, AnAbortInTheHookKillsTheCopyAndTheSourceGoesOn) {
  const auto spec = counters({"a"});
  dump(spec);
  prepare(spec);
  tell("a", "ready");
  ASSERT_TRUE(told("a", "restored"));
  EXPECT_FALSE(running_at_destination().empty());
  tell("a", "abort");
  ASSERT_TRUE(reaches("a", ContainerPhase::kFailed));
  EXPECT_THAT(at_destination("a").error, HasSubstr("the migration was aborted"));
  EXPECT_FALSE(has_told("a", "resuming"));
  EXPECT_THAT(os::read_file(rendezvous("a") / "done.json").value(), HasSubstr(R"("exit_code":1)"));
  EXPECT_TRUE(running_at_destination().empty());
  EXPECT_THAT(log_at_destination("a"), Not(ContainsRegex(kCounted)));
  expect_source_goes_on("a");
  remove_both();
}

TEST_F(RestoreTest, AnAbortBeforeTheImagesConsumesNothing) {
  const auto spec = counters({"a"});
  prepare(spec);
  tell("a", "abort");
  ASSERT_TRUE(reaches("a", ContainerPhase::kFailed));
  EXPECT_FALSE(has_told("a", "consumed"));
  EXPECT_TRUE(told("a", "done.json"));
  remove_both();
}

TEST_F(RestoreTest, WithoutAnOfferNothingStartsNotEvenCold) {
  prepare(counters({"a"}), false);
  ASSERT_TRUE(reaches("a", ContainerPhase::kFailed));
  EXPECT_THAT(at_destination("a").error, HasSubstr("no such migration here"));
  EXPECT_THAT(log_at_destination("a"), Not(ContainsRegex(kCounted)));
  remove_both();
}

TEST_F(RestoreTest, ACheckpointIsConsumedOnce) {
  const auto spec = counters({"a"});
  dump(spec);
  prepare(spec);
  tell("a", "ready");
  tell("a", "commit");
  ASSERT_TRUE(reaches("a", ContainerPhase::kRunning));
  const auto done = os::read_file(rendezvous("a") / "done.json");
  const auto again = os::run(
      {.argv = {options().drover_runtime, "--root", options_of_east().paths.runc(), "create",
                "--bundle", options_of_east().paths.pod("count").container("a").bundle(), "second"},
       .env = {{"DROVER_RESTORES", dir_ / "east" / "restores"}}});
  ASSERT_TRUE(again);
  EXPECT_EQ(again->status.exit_code, 1);
  EXPECT_THAT(again->err, HasSubstr("this checkpoint was consumed before"));
  EXPECT_EQ(os::read_file(rendezvous("a") / "done.json"), done);
  remove_both();
}

TEST_F(RestoreTest, AllContainersOfAPodAreRestoredBeforeOneIsCommitted) {
  const auto spec = counters({"a", "b"});
  dump(spec);
  prepare(spec);
  for (const auto* name : {"a", "b"}) tell(name, "ready");
  for (const auto* name : {"a", "b"}) ASSERT_TRUE(told(name, "restored"));
  for (const auto* name : {"a", "b"}) tell(name, "commit");
  for (const auto* name : {"a", "b"}) ASSERT_TRUE(reaches(name, ContainerPhase::kRunning));
  remove_both();
}

TEST_F(RestoreTest, DamagedImagesAreExplainedByCriusOwnLines) {
  const auto spec = counters({"a"});
  dump(spec);
  std::filesystem::resize_file(images("a") / "pstree.img", 10);
  prepare(spec);
  tell("a", "ready");
  ASSERT_TRUE(reaches("a", ContainerPhase::kFailed));
  EXPECT_THAT(at_destination("a").error, HasSubstr("Error (criu/"));
  EXPECT_THAT(os::read_file(rendezvous("a") / "done.json").value(), HasSubstr(R"("exit_code":1)"));
  expect_source_goes_on("a");
  remove_both();
}

TEST_F(RestoreTest, AKilledWrapperDoesNotUndoACommit) {
  const auto spec = counters({"a"});
  dump(spec);
  prepare(spec);
  tell("a", "ready");
  ASSERT_TRUE(told("a", "restored"));
  const auto wrappers = os::find_by_env("DROVER_POD", (dir_ / "east" / "pods" / "count").string());
  ASSERT_TRUE(wrappers);
  for (const auto process : *wrappers) {
    const auto line = os::read_file(std::format("/proc/{}/cmdline", process.pid)).value_or("");
    if (line.contains("drover-runtime") && line.contains("create"))
      (void)os::kill(process, SIGKILL);
  }
  tell("a", "commit");
  ASSERT_TRUE(reaches("a", ContainerPhase::kRunning));
  EXPECT_TRUE(at_destination("a").restored);
  EXPECT_FALSE(has_told("a", "done.json"));
  ASSERT_TRUE(eventually("numbers", [&] { return last_number(log_at_destination("a")) > 3; }));
  remove_both();
}

TEST_F(RestoreTest, AKilledHookIsAVeto) {
  const auto spec = counters({"a"});
  dump(spec);
  prepare(spec);
  tell("a", "ready");
  ASSERT_TRUE(told("a", "restored"));
  const auto processes = os::find_by_env("CRTOOLS_SCRIPT_ACTION", "post-restore");
  ASSERT_TRUE(processes);
  for (const auto process : *processes) {
    if (os::read_file(std::format("/proc/{}/cmdline", process.pid))
            .value_or("")
            .contains(rendezvous("a").string())) {
      (void)os::kill(process, SIGKILL);
    }
  }
  ASSERT_TRUE(reaches("a", ContainerPhase::kFailed));
  EXPECT_FALSE(has_told("a", "resuming"));
  EXPECT_TRUE(running_at_destination().empty());
  expect_source_goes_on("a");
  remove_both();
}

TEST_F(RestoreTest, RemovingAPausedPodRunsNoneOfItsInstructions) {
  const auto spec = counters({"a"});
  dump(spec);
  const auto before = os::read_file(dir_ / "data" / "last");
  ASSERT_TRUE(node().remove("count"));
  EXPECT_EQ(os::read_file(dir_ / "data" / "last"), before);
  EXPECT_EQ(leftovers(), "");
}

TEST_F(RestoreTest, RemoveEndsACopyThatWaitsForItsCommit) {
  const auto spec = counters({"a"});
  dump(spec);
  prepare(spec);
  tell("a", "ready");
  ASSERT_TRUE(told("a", "restored"));
  remove_both();
  EXPECT_TRUE(running_at_destination().empty());
}

class ShortRestoreTest : public RestoreTest {
 protected:
  void SetUp() override {
    restore_timeout_ = std::chrono::seconds(1);
    RestoreTest::SetUp();
  }
};

TEST_F(ShortRestoreTest, SilenceEndsTheWaitForTheImages) {
  prepare(counters({"a"}));
  ASSERT_TRUE(reaches("a", ContainerPhase::kFailed));
  EXPECT_THAT(at_destination("a").error, HasSubstr("nothing was heard of the migration for 1 s"));
  remove_both();
}

TEST_F(ShortRestoreTest, SilenceInTheHookKillsTheCopy) {
  const auto spec = counters({"a"});
  dump(spec);
  prepare(spec);
  tell("a", "ready");
  ASSERT_TRUE(reaches("a", ContainerPhase::kFailed));
  EXPECT_TRUE(has_told("a", "restored"));
  EXPECT_FALSE(has_told("a", "resuming"));
  EXPECT_TRUE(running_at_destination().empty());
  remove_both();
}

}  // namespace
}  // namespace drover::cluster::pods
