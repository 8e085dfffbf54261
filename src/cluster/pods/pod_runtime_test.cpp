// Pods on the real runc: namespaces, addresses, output, exit codes, and that nothing stays behind.
#include "cluster/pods/pod_runtime.h"

#include <signal.h>

#include <gmock/gmock.h>

#include "cluster/pods/node_fixture_test.h"
#include "cluster/pods/state_files.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/process.h"

namespace drover::cluster::pods {
namespace {

using testing::AllOf;
using testing::HasSubstr;

using PodRuntimeTest = NodeFixture;

TEST_F(PodRuntimeTest, ContainersOfAPodShareItsAddressAndHostname) {
  auto spec = pod(
      "shop",
      {{"server", "hostname; nc -l -p 8080 -e echo served"},
       {"client", "until nc 127.0.0.1 8080; do sleep 0.1; done; ip -o addr show eth0; ip route"}});
  spec.host_aliases = {{.ip = "10.77.250.1", .hostnames = {"db"}}};
  ASSERT_TRUE(node().ensure(spec, RouteMode::kAttached));
  ASSERT_TRUE(eventually("the client's end",
                         [&] { return in_phase("shop", "client", ContainerPhase::kExited); }));
  EXPECT_THAT(log_of("shop", "client"), AllOf(HasSubstr("served"), HasSubstr("10.77.11.5/32"),
                                              HasSubstr("default via 169.254.1.1 dev eth0")));
  EXPECT_EQ(node().logs("shop", "server", 1).value(), "shop\n");
  const auto status = node().status("shop");
  ASSERT_TRUE(status);
  EXPECT_TRUE(status->attached);
  EXPECT_TRUE(status->sandbox_alive);
  ASSERT_TRUE(node().remove("shop"));
  EXPECT_EQ(leftovers(), "");
}

TEST_F(PodRuntimeTest, ExitCodesAndSignalsAreKept) {
  const auto spec =
      pod("ends",
          {{"three", "echo bye; exit 3"}, {"killed", "kill -9 $$; sleep 60"}, {"fine", "true"}});
  ASSERT_TRUE(node().ensure(spec, RouteMode::kAttached));
  for (const auto& [name, code] : {std::pair{"three", 3}, {"fine", 0}}) {
    ASSERT_TRUE(eventually(name, [&] { return in_phase("ends", name, ContainerPhase::kExited); }));
    EXPECT_EQ(container("ends", name)->exit_code, code);
  }
  EXPECT_EQ(log_of("ends", "three"), "bye\n");
  // An ended container stays ended.
  ASSERT_TRUE(node().ensure(spec, RouteMode::kAttached));
  EXPECT_TRUE(in_phase("ends", "three", ContainerPhase::kExited));
  ASSERT_TRUE(node().remove("ends"));
  EXPECT_EQ(leftovers(), "");
}

TEST_F(PodRuntimeTest, ADetachedPodHasNoRouteUntilItIsAttached) {
  ASSERT_TRUE(node().ensure(pod("late", {{"a", "sleep 1000"}}), RouteMode::kDetached));
  EXPECT_FALSE(node().status("late")->attached);
  ASSERT_TRUE(node().attach("late"));
  ASSERT_TRUE(node().attach("late"));
  EXPECT_TRUE(node().status("late")->attached);
  ASSERT_TRUE(node().detach("late"));
  ASSERT_TRUE(node().detach("late"));
  EXPECT_FALSE(node().status("late")->attached);
  ASSERT_TRUE(node().remove("late"));
}

TEST_F(PodRuntimeTest, AnotherRuntimeFindsThePodsAgain) {
  const auto spec = pod("kept", {{"a", "while true; do echo tick; sleep 0.1; done"}});
  ASSERT_TRUE(node().ensure(spec, RouteMode::kAttached));
  ASSERT_TRUE(eventually("a", [&] { return in_phase("kept", "a", ContainerPhase::kRunning); }));
  const auto before = container("kept", "a")->init_pid;
  PodRuntime again(options());  // as after the agent was killed and started again
  ASSERT_TRUE(again.ensure(spec, RouteMode::kAttached));
  const auto pods = again.list();
  ASSERT_TRUE(pods);
  ASSERT_EQ(pods->size(), 1U);
  EXPECT_EQ(pods->front().containers.front().init_pid, before);
  ASSERT_TRUE(again.remove("kept"));
  EXPECT_EQ(leftovers(), "");
}

TEST_F(PodRuntimeTest, StopAsksFirstAndKillsAfterTheGrace) {
  const auto spec =
      pod("two", {{"polite", "trap 'echo asked; exit 7' TERM; while true; do sleep 0.05; done"},
                  {"stubborn", "trap '' TERM; while true; do sleep 0.05; done"}});
  ASSERT_TRUE(node().ensure(spec, RouteMode::kAttached));
  for (const auto* name : {"polite", "stubborn"}) {
    ASSERT_TRUE(eventually(name, [&] { return in_phase("two", name, ContainerPhase::kRunning); }));
  }
  ASSERT_TRUE(eventually("the trap", [&] { return container("two", "polite")->init_pid != 0; }));
  os::pause_for(std::chrono::milliseconds(300));  // for the shells to reach their traps
  ASSERT_TRUE(node().stop("two", std::chrono::seconds(1)));
  EXPECT_EQ(container("two", "polite")->exit_code, 7);
  EXPECT_EQ(container("two", "stubborn")->exit_code, 128 + SIGKILL);
  EXPECT_EQ(log_of("two", "polite"), "asked\n");
  ASSERT_TRUE(node().remove("two"));
  EXPECT_EQ(leftovers(), "");
}

TEST_F(PodRuntimeTest, VolumesAndEnvironmentReachTheContainers) {
  ASSERT_TRUE(os::make_dirs(dir_ / "shared", 0755));
  ASSERT_TRUE(os::atomic_write(dir_ / "shared" / "greeting", "hello\n", 0644));
  auto spec = pod("vols", {{"a",
                            "cat /host/greeting; touch /host/x || echo read-only; echo $WHO > "
                            "/data/name; echo s > /dev/shm/s; touch /changed"},
                           {"b", "until cat /data/name /dev/shm/s; do sleep 0.1; done"}});
  spec.volumes = {{.name = "data", .source = EmptyDir{}},
                  {.name = "host", .source = HostPath{dir_ / "shared"}}};
  spec.containers[0].env = {{"WHO", "me"}};
  spec.containers[0].volume_mounts = {{.name = "data", .mount_path = "/data"},
                                      {.name = "host", .mount_path = "/host", .read_only = true}};
  spec.containers[1].volume_mounts = {{.name = "data", .mount_path = "/data"}};
  ASSERT_TRUE(node().ensure(spec, RouteMode::kAttached));
  ASSERT_TRUE(eventually("b", [&] { return in_phase("vols", "b", ContainerPhase::kExited); }));
  EXPECT_THAT(log_of("vols", "a"), AllOf(HasSubstr("hello"), HasSubstr("read-only")));
  EXPECT_THAT(log_of("vols", "b"), HasSubstr("me\ns\n"));
  const auto info = node().quiesce_info("vols");
  ASSERT_TRUE(info);
  ASSERT_EQ(info->empty_dirs.size(), 1U);
  EXPECT_TRUE(os::exists(info->empty_dirs[0] / "name"));
  EXPECT_TRUE(os::exists(options().paths.pod("vols").container("a").upper() / "changed"));
  EXPECT_FALSE(os::exists(dir_ / "image" / "changed"));
  ASSERT_TRUE(node().remove("vols"));
  EXPECT_TRUE(os::exists(dir_ / "shared" / "greeting"));
  EXPECT_EQ(leftovers(), "");
}

TEST_F(PodRuntimeTest, AProgramThatIsNotThereIsAFailureWithTheRuntimesText) {
  auto spec = pod("bad", {{"a", ""}});
  spec.containers[0].command = {"/no/such/program"};
  ASSERT_TRUE(node().ensure(spec, RouteMode::kAttached));
  ASSERT_TRUE(
      eventually("a's failure", [&] { return in_phase("bad", "a", ContainerPhase::kFailed); }));
  EXPECT_THAT(container("bad", "a")->error, HasSubstr("/no/such/program"));
  ASSERT_TRUE(node().remove("bad"));
  EXPECT_EQ(leftovers(), "");
}

TEST_F(PodRuntimeTest, ObstaclesAreAllNamed) {
  auto spec = pod("bad", {{"a", "true"}, {"b", "true"}});
  spec.containers[0].image = "/no/image";
  spec.containers[1].image = "docker.io/library/redis";
  const auto reasons = node().obstacles(spec);
  ASSERT_EQ(reasons.size(), 2U);
  EXPECT_THAT(reasons[0], HasSubstr("looked for the directory /no/image"));
  EXPECT_THAT(reasons[1], HasSubstr("oci:/layout:tag"));
  EXPECT_FALSE(node().ensure(spec, RouteMode::kAttached));
  ASSERT_TRUE(node().remove("bad"));
  EXPECT_EQ(leftovers(), "");
}

TEST_F(PodRuntimeTest, ASecondPodOfTheNameIsAConflict) {
  const auto spec = pod("one", {{"a", "sleep 1000"}});
  ASSERT_TRUE(node().ensure(spec, RouteMode::kAttached));
  auto other = spec;
  other.uid = "another";
  const auto refused = node().ensure(other, RouteMode::kAttached);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kConflict);
  EXPECT_TRUE(node().remove("none"));
  EXPECT_EQ(node().status("none").error().code, Code::kNotFound);
}

TEST_F(PodRuntimeTest, AShimThatWasKilledIsReportedNotForgotten) {
  const auto spec = pod("orphan", {{"a", "sleep 1000"}});
  ASSERT_TRUE(node().ensure(spec, RouteMode::kAttached));
  ASSERT_TRUE(eventually("a", [&] { return in_phase("orphan", "a", ContainerPhase::kRunning); }));
  const auto files = options().paths.pod("orphan").container("a");
  ASSERT_TRUE(os::kill(*live_process(files.shim()), SIGKILL));
  ASSERT_TRUE(eventually("the shim's end", [&] { return !live_process(files.shim()); }));
  EXPECT_THAT(container("orphan", "a")->error, HasSubstr("its shim was killed"));
  EXPECT_TRUE(in_phase("orphan", "a", ContainerPhase::kRunning));
  ASSERT_TRUE(node().remove("orphan"));
  EXPECT_EQ(leftovers(), "");
}

TEST_F(PodRuntimeTest, RemoveTakesAPodOfAnyHalfDoneState) {
  const auto spec = pod("half", {{"a", "sleep 1000"}});
  ASSERT_TRUE(node().prepare(spec, RouteMode::kDetached));
  ASSERT_TRUE(os::remove_tree(
      options().paths.pod("half").sandbox()));  // killed before it could record the pause process
  ASSERT_TRUE(node().remove("half"));
  EXPECT_EQ(leftovers(), "");
  ASSERT_TRUE(node().ensure(spec, RouteMode::kAttached));
  ASSERT_TRUE(eventually("a", [&] { return in_phase("half", "a", ContainerPhase::kRunning); }));
  ASSERT_TRUE(node().remove("half"));
  EXPECT_EQ(leftovers(), "");
}

}  // namespace
}  // namespace drover::cluster::pods
