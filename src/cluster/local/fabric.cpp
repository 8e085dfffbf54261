#include "cluster/local/fabric.h"

#include <array>
#include <format>

#include "os/netlink.h"

namespace drover::cluster::local {
namespace {

constexpr std::string_view kBridge = "br0";
constexpr std::string_view kNodeDevice = "eth0";

struct Setting {
  std::string_view name;
  std::string_view value;
};

// Routers without source checks (a moved pod's packets come from another node) and without
// redirects, which would be remembered as a shorter way to where a pod is no more. IPv4 only.
constexpr std::array kSettings = {
    Setting{"net.ipv4.ip_forward", "1"},
    Setting{"net.ipv4.conf.all.rp_filter", "0"},
    Setting{"net.ipv4.conf.default.rp_filter", "0"},
    Setting{"net.ipv4.conf.all.send_redirects", "0"},
    Setting{"net.ipv4.conf.default.send_redirects", "0"},
    Setting{"net.ipv4.conf.all.accept_redirects", "0"},
    Setting{"net.ipv4.conf.default.accept_redirects", "0"},
    Setting{"net.ipv6.conf.all.disable_ipv6", "1"},
    Setting{"net.ipv6.conf.default.disable_ipv6", "1"},
};

Result<> apply_settings() {
  for (const auto& [name, value] : kSettings) {
    const auto set = os::set_sysctl(name, value);
    if (!set && set.error().code != Code::kNotFound) {  // a kernel without IPv6 lacks its settings
      return set;
    }
  }
  return {};
}

// The way to the pods of every node but `self` (0: to all), and to services: any route does, since
// their packets are rewritten.
Result<> add_routes(const ClusterFile& cluster, std::size_t self, std::string_view device) {
  for (std::size_t number = 1; number <= cluster.nodes.size(); ++number) {
    if (number == self) {
      continue;
    }
    auto added = os::replace_route({.destination = to_string(cluster.network.pods(number)),
                                    .via = to_string(cluster.network.node(number)),
                                    .device = std::string(device)});
    if (!added) {
      return added;
    }
  }
  return os::replace_route({.destination = to_string(cluster.network.services()),
                            .via = "",
                            .device = std::string(device),
                            .scope_link = true});
}

Result<> limit(const std::string& device, Bandwidth bandwidth) {
  if (bandwidth == Bandwidth{}) {
    return {};
  }
  return os::set_token_bucket(device, {.rate = bandwidth});
}

std::string fabric_end(std::size_t number) { return std::format("n{}", number); }

Result<> plug_in(std::size_t number, Bandwidth bandwidth) {
  const auto device = fabric_end(number);
  return os::set_master(device, std::string(kBridge))
      .and_then([&] { return limit(device, bandwidth); })
      .and_then([&] { return os::set_up(device); });
}

Result<> configure_node(const ClusterFile& cluster, std::size_t number, Bandwidth bandwidth) {
  const std::string device(kNodeDevice);
  return os::add_address(device, std::format("{}/24", cluster.network.node(number)))
      .and_then([&] { return limit(device, bandwidth); })
      .and_then([&] { return os::set_up("lo"); })
      .and_then([&] { return os::set_up(device); })
      .and_then([&] { return add_routes(cluster, number, device); });
}

}  // namespace

Result<> make_fabric(const os::NetNamespace& fabric, const ClusterFile& cluster) {
  const std::string bridge(kBridge);
  return os::run_in(fabric,
                    [&] {
                      return apply_settings()
                          .and_then([&] { return os::set_up("lo"); })
                          .and_then([&] { return os::create_bridge(bridge, kMtu); })
                          .and_then([&] {
                            return os::add_address(bridge,
                                                   std::format("{}/24", cluster.network.bridge()));
                          })
                          .and_then([&] { return os::set_up(bridge); })
                          .and_then([&] { return add_routes(cluster, 0, bridge); });
                    })
      .transform_error(doing("making the fabric's network"));
}

Result<> attach_node(const os::NetNamespace& fabric, const os::NetNamespace& node,
                     const ClusterFile& cluster, const NodeEntry& entry) {
  const auto number = node_number(cluster, entry.name);
  const os::Veth veth{
      .end = {.name = std::string(kNodeDevice), .mac = "", .net_namespace = node.fd()},
      .peer = {.name = fabric_end(number), .mac = "", .net_namespace = fabric.fd()},
      .mtu = kMtu};
  return os::run_in(node, [] { return apply_settings(); })
      .and_then([&] { return os::run_in(node, [&] { return os::create_veth(veth); }); })
      .and_then(
          [&] { return os::run_in(fabric, [&] { return plug_in(number, entry.bandwidth); }); })
      .and_then([&] {
        return os::run_in(node, [&] { return configure_node(cluster, number, entry.bandwidth); });
      })
      .transform_error(doing(std::format("making the network of node {}", entry.name)));
}

}  // namespace drover::cluster::local
