// Links, addresses, routes, neighbours and shaping over rtnetlink, in the calling thread's network
// namespace.
//
// Addresses are text ("10.77.1.2", "10.77.1.0/24", "02:00:0a:4d:01:02"), IPv4 only; a malformed one
// is kInvalid. Errors name the object and the kernel's reason; a missing device, route or address
// is kNotFound, one that exists already kConflict.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/units.h"

namespace drover::os {

struct VethEnd {
  std::string name;
  std::string mac;         // empty: the kernel chooses
  int net_namespace = -1;  // borrowed descriptor to create this end in; -1: the calling thread's
};

struct Veth {
  VethEnd end;
  VethEnd peer;
  int mtu = 1500;
};

struct Route {
  std::string destination;  // "a.b.c.d/n"; "default" and "0.0.0.0/0" are the same
  std::string via;          // empty: no gateway
  std::string device;       // empty: the kernel finds it by the gateway
  bool onlink = false;      // the gateway need not be inside a prefix of the device
  std::uint32_t metric = 0;
  bool scope_link =
      false;  // set for a destination directly on the device; implied when `via` is empty

  friend bool operator==(const Route&, const Route&) = default;
};

struct Link {
  int index = 0;
  std::string name;
  std::string mac;
  int mtu = 0;
  bool up = false;
  int master = 0;  // index of its bridge, 0: none

  friend bool operator==(const Link&, const Link&) = default;
};

struct Address {
  std::string device;
  std::string cidr;

  friend bool operator==(const Address&, const Address&) = default;
};

// Token bucket filter on what the device sends.
struct TokenBucket {
  Bandwidth rate;
  Bytes burst = Bytes{256L << 10};
  Bytes limit = Bytes{4L << 20};  // bytes that may wait before the kernel drops
};

// Both ends are left down.
Result<> create_veth(const Veth& veth);
Result<> create_bridge(const std::string& name, int mtu = 1500);
Result<> set_master(const std::string& device, const std::string& bridge);
Result<> set_up(const std::string& device);
Result<> set_down(const std::string& device);
Result<> delete_link(const std::string& device);

// Idempotent: an address that is there already is success.
Result<> add_address(const std::string& device, const std::string& cidr);
Result<> delete_address(const std::string& device, const std::string& cidr);

Result<> add_route(const Route& route);
Result<> replace_route(const Route& route);  // idempotent
// Matches what the route names: destination and metric, and via and device when they are given.
Result<> delete_route(const Route& route);

// A permanent neighbour entry; idempotent.
Result<> set_neighbour(const std::string& device, const std::string& ip, const std::string& mac);
Result<> delete_neighbour(const std::string& device, const std::string& ip);

Result<> set_token_bucket(const std::string& device, const TokenBucket& bucket);  // idempotent
Result<> clear_queueing(const std::string& device);  // none there is success

Result<std::vector<Link>> list_links();
Result<std::vector<Address>> list_addresses();
Result<std::vector<Route>> list_routes();  // of the main table

}  // namespace drover::os
