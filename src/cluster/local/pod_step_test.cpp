#include "cluster/local/pod_step.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace drover::cluster::local {
namespace {

using pods::ContainerPhase;
using pods::ContainerStatus;
using pods::PodStatus;

const NodeId kNode{"n1"};

PodRecord record(bool placed, bool started) {
  PodRecord pod;
  pod.spec.name = "p";
  pod.spec.uid = "p-1";
  pod.started = started;
  if (placed) {
    pod.node = kNode;
    pod.spec.ip = "10.77.11.2";
  }
  return pod;
}

PodStatus status(ContainerPhase phase, std::optional<int> exit_code = std::nullopt,
                 const std::string& uid = "p-1") {
  PodStatus pod;
  pod.name = "p";
  pod.uid = uid;
  pod.sandbox_alive = true;
  pod.containers.push_back(
      ContainerStatus{.name = "c", .phase = phase, .exit_code = exit_code, .error = "why"});
  return pod;
}

Observation ready_with(std::vector<PodStatus> pods) {
  NodeObservation node{.ready = true, .problem = "", .pods = {}};
  for (auto& pod : pods) {
    node.pods.emplace(pod.name, pod);
  }
  return {{kNode, node}};
}
const Observation kUnreachable = {
    {kNode, NodeObservation{.ready = false, .problem = "refused", .pods = {}}}};

template <class T>
bool is(const PodStep& step) {
  return std::holds_alternative<T>(step);
}

WorkloadPhase noted(const PodStep& step) {
  return is<NoteIt>(step) ? std::get<NoteIt>(step).phase : WorkloadPhase::kPending;
}

TEST(PodStep, ANewPodIsPlacedThenStarted) {
  EXPECT_TRUE(is<PlaceIt>(next_step(record(false, false), ready_with({}), false)));
  EXPECT_TRUE(is<StartIt>(next_step(record(true, false), ready_with({}), false)));
  EXPECT_EQ(noted(next_step(record(true, false), kUnreachable, false)), WorkloadPhase::kPending);
}

TEST(PodStep, AStartThatWasNotAcknowledgedIsRepeatedEvenWhenThePodIsThere) {
  EXPECT_TRUE(is<StartIt>(
      next_step(record(true, false), ready_with({status(ContainerPhase::kRunning)}), false)));
}

TEST(PodStep, AStartedPodIsNeverStartedAgain) {
  const auto pod = record(true, true);
  EXPECT_TRUE(is<LostIt>(next_step(pod, ready_with({}), false)));
  EXPECT_TRUE(
      is<LostIt>(next_step(pod, ready_with({status(ContainerPhase::kRunning, {}, "p-2")}), false)))
      << "another pod of its name";
  EXPECT_EQ(noted(next_step(pod, kUnreachable, false)), WorkloadPhase::kUnknown);
  EXPECT_EQ(noted(next_step(pod, ready_with({status(ContainerPhase::kRunning)}), false)),
            WorkloadPhase::kRunning);
  EXPECT_EQ(noted(next_step(pod, ready_with({status(ContainerPhase::kExited, 0)}), false)),
            WorkloadPhase::kSucceeded);
  EXPECT_EQ(
      std::get<NoteIt>(next_step(pod, ready_with({status(ContainerPhase::kExited, 3)}), false)),
      (NoteIt{WorkloadPhase::kFailed, "container c ended with 3"}));
}

TEST(PodStep, AnEndedPodStaysEnded) {
  auto pod = record(true, true);
  pod.phase = WorkloadPhase::kFailed;
  pod.message = "told before";
  for (const auto& nodes :
       {kUnreachable, ready_with({}), ready_with({status(ContainerPhase::kRunning)})}) {
    EXPECT_EQ(std::get<NoteIt>(next_step(pod, nodes, false)),
              (NoteIt{WorkloadPhase::kFailed, "told before"}));
  }
}

TEST(PodStep, APodWithAnOpenMigrationIsLeftAlone) {
  for (const bool deleting : {false, true}) {
    auto pod = record(true, true);
    pod.deleting = deleting;
    EXPECT_EQ(noted(next_step(pod, ready_with({}), true)), WorkloadPhase::kMigrating);
  }
}

TEST(PodStep, ADeletedPodIsForgottenOnlyWhenItsNodeSaysThatItIsGone) {
  auto pod = record(true, true);
  pod.deleting = true;
  EXPECT_TRUE(is<StopIt>(next_step(pod, ready_with({status(ContainerPhase::kRunning)}), false)));
  EXPECT_TRUE(is<NoteIt>(next_step(pod, kUnreachable, false)));
  EXPECT_TRUE(is<ForgetIt>(next_step(pod, ready_with({}), false)));
  auto unplaced = record(false, false);
  unplaced.deleting = true;
  EXPECT_TRUE(is<ForgetIt>(next_step(unplaced, kUnreachable, false)));
}

ClusterFile two_nodes() {
  ClusterFile cluster;
  for (const auto* name : {"n1", "n2"}) {
    NodeEntry node;
    node.name = NodeId{name};
    node.zone = ZoneId{"Z"};
    node.capacity = {.cpu_cores = 2, .memory = Bytes::mebibytes(1024)};
    node.idle_power = Power::watts(50);
    node.peak_power = Power::watts(150);
    cluster.nodes.push_back(node);
  }
  return cluster;
}

PodRecord asking(const std::string& name, double cpu) {
  PodRecord pod;
  pod.spec.name = name;
  pod.spec.containers.push_back({.name = "c", .image = "dir:/"});
  pod.spec.containers[0].requests.cpu_cores = cpu;
  return pod;
}

Result<NodeId> placed(const std::vector<PodRecord>& pods, const Observation& nodes,
                      std::size_t index) {
  const auto cluster = two_nodes();
  const Migrating none = [](const WorkloadId&) { return false; };
  return choose_node(
      make_snapshot({.cluster = cluster, .pods = pods, .nodes = nodes, .migrating = none},
                    Instant{}),
      cluster, pods[index]);
}

const NodeObservation kReady{.ready = true, .problem = "", .pods = {}};
const NodeObservation kDown{};

TEST(Placement, TakesTheFirstReadyNodeWhereThePodFits) {
  const Observation both = {{NodeId{"n1"}, kReady}, {NodeId{"n2"}, kReady}};
  auto running = asking("a", 1.5);
  running.node = NodeId{"n1"};
  running.phase = WorkloadPhase::kPending;
  EXPECT_EQ(placed({running, asking("b", 0.5)}, both, 1), NodeId{"n1"});
  EXPECT_EQ(placed({running, asking("b", 1)}, both, 1), NodeId{"n2"});
  EXPECT_EQ(placed({asking("b", 1)}, {{NodeId{"n1"}, kDown}, {NodeId{"n2"}, kReady}}, 0),
            NodeId{"n2"});
}

TEST(Placement, APinnedPodWaitsForItsNode) {
  auto pod = asking("a", 1);
  pod.pin = NodeId{"n2"};
  EXPECT_EQ(placed({pod}, {{NodeId{"n1"}, kReady}, {NodeId{"n2"}, kReady}}, 0), NodeId{"n2"});
  const auto waiting = placed({pod}, {{NodeId{"n1"}, kReady}, {NodeId{"n2"}, kDown}}, 0);
  ASSERT_FALSE(waiting);
  EXPECT_EQ(waiting.error().what, "waiting: node n2 is not ready");
  const auto large = placed({asking("a", 3)}, {{NodeId{"n1"}, kReady}}, 0);
  ASSERT_FALSE(large);
  EXPECT_THAT(large.error().what, ::testing::HasSubstr("do not fit on any ready node"));
}

TEST(Snapshot, PowerIsDeclaredOrTheShareOfItsRequest) {
  auto pod = asking("a", 1);
  EXPECT_EQ(power_of(pod.spec, two_nodes()),
            Power::watts(50));  // half of the 100 W between idle and peak
  pod.spec.power = Power::watts(7);
  EXPECT_EQ(power_of(pod.spec, two_nodes()), Power::watts(7));
}

TEST(Snapshot, AnOptedOutOrDeletedPodIsNotMovable) {
  auto pod = asking("a", 1);
  auto out = asking("b", 1);
  out.spec.labels["drover.dev/migrate"] = "never";
  auto deleted = asking("c", 1);
  deleted.deleting = true;
  const auto cluster = two_nodes();
  const Migrating none = [](const WorkloadId&) { return false; };
  const auto snapshot = make_snapshot(
      {.cluster = cluster, .pods = {pod, out, deleted}, .nodes = {}, .migrating = none}, Instant{});
  EXPECT_TRUE(snapshot.workloads[0].movable);
  EXPECT_FALSE(snapshot.workloads[1].movable);
  EXPECT_FALSE(snapshot.workloads[2].movable);
}

TEST(Snapshot, APodThatMovedSinceTheNodesWereSeenIsAsRecorded) {
  auto pod = asking("a", 1);
  pod.started = true;
  pod.node = NodeId{"n1"};
  pod.phase = WorkloadPhase::kRunning;
  const auto cluster = two_nodes();
  const Migrating none = [](const WorkloadId&) { return false; };
  const auto phase = [&](bool older) {
    return make_snapshot({.cluster = cluster,
                          .pods = {pod},
                          .nodes = {{NodeId{"n1"}, kReady}},
                          .migrating = none,
                          .nodes_are_older = older},
                         Instant{})
        .workloads[0]
        .phase;
  };
  EXPECT_EQ(phase(true), WorkloadPhase::kRunning);
  EXPECT_EQ(phase(false), WorkloadPhase::kUnknown);
}

}  // namespace
}  // namespace drover::cluster::local
