#include "cluster/local/cluster_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace drover::cluster::local {
namespace {

using ::testing::AllOf;
using ::testing::Eq;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::string_view kGood = R"(name: demo
network: 10.9.0.0/16
controller: {listen: 127.0.0.1:0}
nodes:
  - name: spa
    zone: US-CENT-SPA
    cpu: 2
    memory: 1Gi
    power: {idleWatts: 60, peakWatts: 180}
    uplink: {bandwidth: 1Gbit, latency: 5ms}
  - {name: isne, zone: US-NE-ISNE, cpu: 500m, memory: 512Mi}
clock: {mode: accelerated, start: 2021-01-01T00Z, speed: 3600}
policy: {name: forecast, maxMoves: 4, horizonHours: 12}
carbon: {store: data/carbon.db, scope: lifecycle}
)";

Result<ClusterFile> parse(std::string_view text) {
  return parse_cluster_file(text, "/etc/drover/cluster.yaml");
}

std::string error_of(std::string_view text) {
  const auto parsed = parse(text);
  return parsed ? "no error" : parsed.error().what;
}

TEST(ClusterFile, ReadsEveryField) {
  const auto cluster = parse(kGood);
  ASSERT_TRUE(cluster) << cluster.error().what;
  EXPECT_EQ(cluster->name, "demo");
  EXPECT_EQ(to_string(cluster->network.all()), "10.9.0.0/16");
  EXPECT_EQ(cluster->listen.port, 0);
  ASSERT_EQ(cluster->nodes.size(), 2U);
  const auto& node = cluster->nodes[0];
  EXPECT_EQ(node.name, NodeId{"spa"});
  EXPECT_EQ(node.zone, ZoneId{"US-CENT-SPA"});
  EXPECT_EQ(node.zone_line, 6);
  EXPECT_EQ(node.capacity.cpu_cores, 2.0);
  EXPECT_EQ(node.capacity.memory, Bytes::mebibytes(1024));
  EXPECT_EQ(node.peak_power, Power::watts(180));
  EXPECT_EQ(node.bandwidth, Bandwidth::bits_per_second(1e9));
  EXPECT_EQ(node.latency, Duration{5});
  EXPECT_EQ(cluster->nodes[1].capacity.cpu_cores, 0.5);
  EXPECT_EQ(cluster->clock.mode, ClockMode::kAccelerated);
  EXPECT_EQ(format_time(*cluster->clock.start), "2021-01-01T00:00:00Z");
  EXPECT_EQ(cluster->clock.speed, 3600.0);
  EXPECT_EQ(cluster->policy.name, "forecast");
  EXPECT_EQ(cluster->policy.max_moves, 4U);
  EXPECT_EQ(cluster->carbon.store, "/etc/drover/data/carbon.db");
}

TEST(ClusterFile, ACarbonStoreMayBeAServerAndBeFetchedInto) {
  const std::string nodes = "nodes: [{name: a, zone: Z, cpu: 1, memory: 1Gi}]\n";
  const auto live = parse(
      nodes + "carbon: {store: 'postgresql:///grid?host=/run/pg', providers: em.yaml, source: em}");
  ASSERT_TRUE(live) << live.error().what;
  EXPECT_EQ(live->carbon.store, "postgresql:///grid?host=/run/pg");
  EXPECT_EQ(live->carbon.providers, "/etc/drover/em.yaml");
  EXPECT_EQ(live->carbon.source, "em");
  EXPECT_THAT(error_of(nodes + "carbon: {providers: em.yaml}"),
              HasSubstr(":2: carbon.providers: 'em.yaml': needs 'store'"));
  EXPECT_THAT(error_of(nodes + "carbon: {providers: em.yaml, store: a.db}\n"
                               "clock: {mode: simulated, start: 2021-01-01T00Z}"),
              HasSubstr(":2: carbon.providers: 'em.yaml': needs the real clock"));
}

TEST(ClusterFile, TheSmallestFileHasDefaults) {
  const auto cluster = parse("nodes: [{name: a, zone: Z, cpu: 1, memory: 1Gi}]");
  ASSERT_TRUE(cluster) << cluster.error().what;
  EXPECT_EQ(cluster->name, "drover");
  EXPECT_EQ(to_string(cluster->network.all()), "10.77.0.0/16");
  EXPECT_EQ(cluster->listen.port, 7440);
  EXPECT_EQ(cluster->clock.mode, ClockMode::kReal);
  EXPECT_EQ(cluster->policy.name, "stay");
  EXPECT_FALSE(cluster->carbon.store);
}

TEST(ClusterFile, ANodeNamedTwiceNamesBothLines) {
  const auto error = error_of(
      "nodes:\n- {name: n1, zone: Z, cpu: 1, memory: 1Gi}\n- {name: n1, zone: Z, cpu: 1, memory: "
      "1Gi}\n");
  EXPECT_THAT(
      error,
      Eq("/etc/drover/cluster.yaml:3: nodes[1].name: 'n1': is the name of the node on line 2 too; "
         "give each node its own"));
}

TEST(ClusterFile, AllProblemsAreToldAtOnceByLine) {
  const auto error = error_of(R"(network: 10.77.0.0/24
nodez: []
nodes:
- {name: Node_1, zone: Z, cpu: many, memory: 1Gi}
clock: {mode: fast}
)");
  EXPECT_THAT(
      error,
      StartsWith("/etc/drover/cluster.yaml:1: network: '10.77.0.0/24': must be an IPv4 /16"));
  EXPECT_THAT(
      error,
      AllOf(HasSubstr(":2: nodez: (a list): is not supported here; did you mean 'nodes'?"),
            HasSubstr(":4: nodes[0].name: 'Node_1': is not a name; use at most 63 lower case"),
            HasSubstr(":4: nodes[0].cpu: 'many': is not an amount of CPU; use cores such as 0.5"),
            HasSubstr(":5: clock.mode: 'fast': is not one of: real, accelerated, simulated")));
}

TEST(ClusterFile, WhatIsMissingIsNamedWithWhatToAdd) {
  EXPECT_THAT(error_of("nodes:\n- {name: a, cpu: 1, memory: 1Gi}\n"),
              Eq("/etc/drover/cluster.yaml:2: nodes[0].zone: is missing; add the node's grid zone, "
                 "such as 'zone: US-NE-ISNE'"));
  EXPECT_THAT(error_of("name: x"), HasSubstr("nodes: is missing; add a list of nodes"));
  EXPECT_THAT(error_of("nodes: []"), HasSubstr("has no node; add at least one"));
  EXPECT_THAT(
      error_of("clock: {mode: accelerated}\nnodes: [{name: a, zone: Z, cpu: 1, memory: 1Gi}]"),
      HasSubstr(":1: clock.start: is missing; say when the accelerated clock begins"));
}

TEST(ClusterFile, ContradictionsAreErrors) {
  const std::string nodes = "nodes: [{name: a, zone: Z, cpu: 1, memory: 1Gi}]\n";
  EXPECT_THAT(error_of(nodes + "clock: {speed: 10}"), HasSubstr("mean nothing in real time"));
  EXPECT_THAT(error_of(nodes + "carbon: {store: a.db, synthetic: true}"),
              HasSubstr("keep one of them"));
  EXPECT_THAT(error_of(nodes + "name: a\nname: b"), HasSubstr("stands twice"));
  EXPECT_THAT(
      error_of(
          "nodes: [{name: a, zone: Z, cpu: 1, memory: 1Gi, power: {idleWatts: 9, peakWatts: 3}}]"),
      HasSubstr("is below idleWatts"));
}

TEST(ClusterFile, WhatIsNoYamlIsAnErrorWithItsPlace) {
  EXPECT_THAT(error_of("nodes: [\n  {name: a"), StartsWith("/etc/drover/cluster.yaml:"));
  EXPECT_THAT(error_of(""), HasSubstr("must hold one YAML map with 'nodes'"));
  EXPECT_THAT(error_of("just a text"), HasSubstr("must hold one YAML map"));
  EXPECT_THAT(error_of("nodes: &a [*a]"), HasSubstr("cluster.yaml:1"));
}

TEST(ClusterFile, AFileThatIsNotThereIsNotFound) {
  const auto missing = load_cluster_file("/nonexistent/cluster.yaml");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, Code::kNotFound);
  EXPECT_EQ(load_cluster_file("/proc").error().code, Code::kInvalid);
}

TEST(ClusterFile, NumbersItsNodesFromOne) {
  const auto cluster = parse(kGood);
  ASSERT_TRUE(cluster);
  EXPECT_EQ(node_number(*cluster, NodeId{"isne"}), 2U);
  EXPECT_EQ(find_node(*cluster, NodeId{"x"}), nullptr);
}

}  // namespace
}  // namespace drover::cluster::local
