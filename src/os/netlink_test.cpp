#include "os/netlink.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "os/command.h"
#include "os/netns.h"
#include "os/testing/expect.h"

namespace drover::os {
namespace {

using ::testing::Contains;
using testing::FailsWith;
using testing::IsOk;
using ::testing::Not;

// Every test runs inside a namespace of its own.
class Netlink : public ::testing::Test {
 protected:
  void SetUp() override {
    auto made = NetNamespace::create();
    ASSERT_THAT(made, IsOk());
    ASSERT_THAT(NetNamespace::of_calling_thread().transform(
                    [&](NetNamespace ns) { outside_ = std::move(ns); }),
                IsOk());
    ASSERT_THAT(made->enter(), IsOk());
  }
  void TearDown() override {
    if (outside_) {
      EXPECT_THAT(outside_->enter(), IsOk());
    }
  }

  static void make_pair(const std::string& a, const std::string& b) {
    ASSERT_THAT(create_veth({.end = {.name = a}, .peer = {.name = b}}), IsOk());
  }

 private:
  std::optional<NetNamespace> outside_;
};

std::optional<Link> find_link(const std::string& name) {
  const auto links = list_links();
  if (!links) return std::nullopt;
  const auto found = std::ranges::find(*links, name, &Link::name);
  return found != links->end() ? std::optional(*found) : std::nullopt;
}

TEST_F(Netlink, MakesAPairWithItsPeerInAnotherNamespace) {
  const auto other = NetNamespace::create();
  ASSERT_THAT(other, IsOk());
  ASSERT_THAT(
      create_veth(
          {.end = {.name = "v0011aabb", .mac = "ee:ee:ee:ee:ee:ee"},
           .peer = {.name = "eth0", .mac = "02:00:0a:4d:0b:02", .net_namespace = other->fd()},
           .mtu = 1400}),
      IsOk());
  const auto here = find_link("v0011aabb");
  ASSERT_TRUE(here);
  EXPECT_EQ(here->mac, "ee:ee:ee:ee:ee:ee");
  EXPECT_EQ(here->mtu, 1400);
  EXPECT_FALSE(here->up);
  EXPECT_FALSE(find_link("eth0"));
  ASSERT_THAT(
      run_in(*other,
             []() -> Result<> {
               const auto there = find_link("eth0");
               EXPECT_TRUE(there && there->mac == "02:00:0a:4d:0b:02" && there->mtu == 1400);
               return {};
             }),
      IsOk());
}

TEST_F(Netlink, BridgesAndUpAndDown) {
  ASSERT_THAT(create_bridge("br0", 1450), IsOk());
  make_pair("a", "b");
  ASSERT_THAT(set_master("a", "br0"), IsOk());
  ASSERT_THAT(set_up("a"), IsOk());
  EXPECT_EQ(find_link("a")->master, find_link("br0")->index);
  EXPECT_TRUE(find_link("a")->up);
  ASSERT_THAT(set_down("a"), IsOk());
  EXPECT_FALSE(find_link("a")->up);
  ASSERT_THAT(delete_link("a"), IsOk());
  EXPECT_FALSE(find_link("b"));
}

TEST_F(Netlink, ErrorsNameTheObjectAndTheReason) {
  EXPECT_THAT(set_up("nothing"), FailsWith(Code::kNotFound, "no device 'nothing'"));
  EXPECT_THAT(delete_link("nothing"), FailsWith(Code::kNotFound, "nothing"));
  EXPECT_THAT(create_bridge("a-name-that-is-too-long"), FailsWith(Code::kInvalid, "1 to 15 bytes"));
  EXPECT_THAT(create_veth({.end = {.name = "a", .mac = "ee:ee"}, .peer = {.name = "b"}}),
              FailsWith(Code::kInvalid, "'ee:ee' is not a MAC"));
  ASSERT_THAT(create_bridge("br0"), IsOk());
  EXPECT_THAT(create_bridge("br0"), FailsWith(Code::kConflict, "creating bridge br0"));
  EXPECT_THAT(add_address("br0", "10.77.0.300/24"), FailsWith(Code::kInvalid, "10.77.0.300"));
  EXPECT_THAT(add_address("br0", "10.77.0.1/33"), FailsWith(Code::kInvalid, "/33"));
  EXPECT_THAT(delete_address("br0", "10.77.0.1/24"), FailsWith(Code::kNotFound, "10.77.0.1/24"));
}

TEST_F(Netlink, AddsAddressesIdempotently) {
  ASSERT_THAT(create_bridge("br0"), IsOk());
  ASSERT_THAT(add_address("br0", "10.77.0.1/24"), IsOk());
  ASSERT_THAT(add_address("br0", "10.77.0.1/24"), IsOk());
  const Address address{.device = "br0", .cidr = "10.77.0.1/24"};
  EXPECT_THAT(*list_addresses(), Contains(address));
  ASSERT_THAT(delete_address("br0", "10.77.0.1/24"), IsOk());
  EXPECT_THAT(*list_addresses(), Not(Contains(address)));
}

TEST_F(Netlink, MovesARouteByReplacingIt) {
  ASSERT_THAT(create_bridge("br0"), IsOk());
  ASSERT_THAT(set_up("br0"), IsOk());
  ASSERT_THAT(add_address("br0", "10.77.0.1/24"), IsOk());
  const Route first{.destination = "10.77.11.2/32", .via = "10.77.0.11", .device = "br0"};
  Route second = first;
  second.via = "10.77.0.12";
  ASSERT_THAT(replace_route(first), IsOk());
  EXPECT_THAT(add_route(second), FailsWith(Code::kConflict, "10.77.11.2/32 via 10.77.0.12"));
  ASSERT_THAT(replace_route(second), IsOk());
  EXPECT_THAT(*list_routes(), Contains(second));
  EXPECT_THAT(*list_routes(), Not(Contains(first)));
  ASSERT_THAT(delete_route({.destination = "10.77.11.2/32"}), IsOk());
  EXPECT_THAT(delete_route({.destination = "10.77.11.2/32"}),
              FailsWith(Code::kNotFound, "10.77.11.2/32"));
}

// The pod's side and the node's side of a pod's address, as in the fabric.
TEST_F(Netlink, RoutesToAGatewayOutsideThePrefix) {
  make_pair("eth0", "v1");
  ASSERT_THAT(set_up("eth0"), IsOk());
  ASSERT_THAT(set_up("v1"), IsOk());
  ASSERT_THAT(add_address("eth0", "10.77.11.2/32"), IsOk());
  const Route out{.destination = "default", .via = "169.254.1.1", .device = "eth0", .onlink = true};
  ASSERT_THAT(replace_route(out), IsOk());
  ASSERT_THAT(set_neighbour("eth0", "169.254.1.1", "ee:ee:ee:ee:ee:ee"), IsOk());
  ASSERT_THAT(set_neighbour("eth0", "169.254.1.1", "ee:ee:ee:ee:ee:ef"), IsOk());
  const Route in{.destination = "10.77.11.3/32", .device = "v1", .metric = 7, .scope_link = true};
  ASSERT_THAT(replace_route(in), IsOk());
  EXPECT_THAT(*list_routes(), Contains(out));
  EXPECT_THAT(*list_routes(), Contains(in));
  EXPECT_THAT(*run_ok({.argv = {"ip", "neigh"}}),
              ::testing::HasSubstr("169.254.1.1 dev eth0 lladdr ee:ee:ee:ee:ee:ef PERMANENT"));
  ASSERT_THAT(delete_neighbour("eth0", "169.254.1.1"), IsOk());
  EXPECT_THAT(add_route({.destination = "10.1.0.0/16", .via = "169.254.9.9", .device = "eth0"}),
              FailsWith(Code::kUnavailable, "10.1.0.0/16 via 169.254.9.9 dev eth0"));
}

TEST_F(Netlink, LimitsBandwidth) {
  make_pair("eth0", "v1");
  const TokenBucket bucket{.rate = Bandwidth::bits_per_second(100e6), .burst = Bytes{128L << 10}};
  ASSERT_THAT(set_token_bucket("eth0", bucket), IsOk());
  const auto shown = *run_ok({.argv = {"tc", "qdisc", "show", "dev", "eth0"}});
  EXPECT_THAT(shown, ::testing::HasSubstr("qdisc tbf 1: root"));
  EXPECT_THAT(shown, ::testing::HasSubstr("rate 100Mbit"));
  EXPECT_THAT(shown, ::testing::HasSubstr("burst 128Kb"));
  const TokenBucket wide{.rate = Bandwidth::bits_per_second(80e9), .burst = Bytes{4L << 20}};
  ASSERT_THAT(set_token_bucket("eth0", wide), IsOk());
  EXPECT_THAT(*run_ok({.argv = {"tc", "qdisc", "show", "dev", "eth0"}}),
              ::testing::HasSubstr("rate 80Gbit"));
  ASSERT_THAT(clear_queueing("eth0"), IsOk());
  ASSERT_THAT(clear_queueing("eth0"), IsOk());
  EXPECT_THAT(set_token_bucket("eth0", {}), FailsWith(Code::kInvalid, "above 0"));
}

}  // namespace
}  // namespace drover::os
