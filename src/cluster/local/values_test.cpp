// Amounts and addresses.
#include <gtest/gtest.h>

#include "cluster/local/address.h"
#include "cluster/local/layout.h"
#include "cluster/local/quantity.h"

namespace drover::cluster::local {
namespace {

TEST(Quantity, ReadsWhatKubernetesWrites) {
  EXPECT_DOUBLE_EQ(*parse_cpu("250m"), 0.25);
  EXPECT_DOUBLE_EQ(*parse_cpu("1.5"), 1.5);
  EXPECT_EQ(*parse_memory("64Mi"), Bytes{64 << 20});
  EXPECT_EQ(*parse_memory("129e6"), Bytes{129'000'000});
  EXPECT_EQ(*parse_memory("1k"), Bytes{1000});
  EXPECT_EQ(*parse_bandwidth("100Mbit"), Bandwidth::bits_per_second(1e8));
  EXPECT_EQ(*parse_duration("2h"), std::chrono::hours{2});
  EXPECT_EQ(*parse_duration("5ms"), Duration{5});
}

TEST(Quantity, RefusesTheRest) {
  for (const auto* text : {"", "-1", "+1", "1x", "nan", "inf", "1e99", ".5", "0x10", " 1", "1 "}) {
    EXPECT_FALSE(parse_cpu(text)) << text;
    EXPECT_FALSE(parse_memory(text)) << text;
    EXPECT_FALSE(parse_bandwidth(text)) << text;
    EXPECT_FALSE(parse_duration(text)) << text;
  }
  EXPECT_FALSE(parse_memory("64mi"));
  EXPECT_FALSE(parse_duration("5"));
}

TEST(Addresses, RefusesWhatIsNoAddress) {
  for (const auto* text : {"", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1..2.3", "1.2.3.4 ",
                           "a.b.c.d", "1.2.3.-4"}) {
    EXPECT_FALSE(parse_ipv4(text)) << text;
  }
}

TEST(Addresses, FollowFromANodesNumber) {
  const auto network = Network::parse("10.77.0.0/16");
  ASSERT_TRUE(network);
  EXPECT_EQ(to_string(network->bridge()), "10.77.0.1");
  EXPECT_EQ(to_string(network->node(1)), "10.77.0.11");
  EXPECT_EQ(to_string(network->pods(2)), "10.77.12.0/24");
  EXPECT_EQ(to_string(network->services()), "10.77.250.0/24");
  EXPECT_TRUE(network->pods(1).contains(*parse_ipv4("10.77.11.9")));
  EXPECT_FALSE(network->pods(1).contains(*parse_ipv4("10.77.12.9")));
}

TEST(Addresses, OnlyAPrivateSixteenIsANetwork) {
  for (const auto* text : {"10.77.0.0", "10.77.0.0/24", "10.77.1.0/16", "127.0.0.0/16",
                           "224.0.0.0/16", "0.0.0.0/16", "x/16"}) {
    EXPECT_FALSE(Network::parse(text)) << text;
  }
}

TEST(Addresses, TheLowestFreeOneIsTakenFromTwoOn) {
  const auto subnet = Network{}.pods(1);
  EXPECT_EQ(to_string(*free_address(subnet, {})), "10.77.11.2");
  EXPECT_EQ(
      to_string(*free_address(subnet, {*parse_ipv4("10.77.11.2"), *parse_ipv4("10.77.11.4")})),
      "10.77.11.3");
  std::set<Ipv4> all;
  while (const auto next = free_address(subnet, all)) {
    all.insert(*next);
  }
  EXPECT_EQ(all.size(), 253U);
}

TEST(Layout, WhatIsOutsideOfItsFolderIsNamedAfterItsPath) {
  const ClusterPaths a{"/var/lib/drover/a"};
  const ClusterPaths b{"/var/lib/drover/b"};
  EXPECT_NE(a.checkpoints(), b.checkpoints());
  EXPECT_EQ(a.checkpoints().parent_path(), "/dev/shm");
  EXPECT_TRUE(a.cgroup().starts_with("/drover/a-"));
  EXPECT_NE(a.cgroup(), ClusterPaths{"/tmp/a"}.cgroup());
}

}  // namespace
}  // namespace drover::cluster::local
