#include "cluster/local/service_rules.h"

#include <format>

#include <nlohmann/json.hpp>

namespace drover::cluster::local {
namespace {

constexpr std::string_view kTable = "ip drover-services";

// "10.77.11.2:6379", or a random choice among several.
std::string target(const std::vector<std::string>& addresses, std::uint16_t port) {
  if (addresses.size() == 1) {
    return std::format("dnat to {}:{}", addresses.front(), port);
  }
  std::string choices;
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    choices += std::format("{}{} : {} . {}", i == 0 ? "" : ", ", i, addresses[i], port);
  }
  return std::format("dnat to numgen random mod {} map {{ {} }}", addresses.size(), choices);
}

std::string translations(const std::vector<ServiceEndpoints>& services) {
  std::string rules;
  for (const auto& [service, addresses] : services) {
    for (const auto& port : service.ports) {
      if (!addresses.empty()) {
        const auto* protocol = port.protocol == pods::PortProtocol::kUdp ? "udp" : "tcp";
        rules += std::format("    ip daddr {} {} dport {} {}\n", service.cluster_ip, protocol,
                             port.port, target(addresses, port.target_port));
      }
    }
  }
  return rules;
}

// What is still addressed to a service after translation has nobody behind it.
std::string refusals(const Subnet& addresses) {
  const auto subnet = to_string(addresses);
  return std::format(
      "    ip daddr {} meta l4proto tcp reject with tcp reset\n    ip daddr {} reject with icmp "
      "port-unreachable\n",
      subnet, subnet);
}

std::string chain(std::string_view name, std::string_view head, const std::string& rules) {
  return std::format("  chain {} {{\n    {}\n{}  }}\n", name, head, rules);
}

Result<ServiceEndpoints> parse_one(const nlohmann::json& item) {
  if (!item.is_object() || !item.contains("service") || !item.contains("addresses") ||
      !item["addresses"].is_array()) {
    return invalid("services: each must have 'service' and a list 'addresses'");
  }
  auto service = parse_service_spec(item["service"].dump());
  if (!service) {
    return std::unexpected(service.error());
  }
  ServiceEndpoints endpoints{.service = *std::move(service), .addresses = {}};
  for (const auto& address : item["addresses"]) {
    const auto parsed =
        parse_ipv4(address.is_string() ? address.get<std::string>() : address.dump());
    if (!parsed) {
      return std::unexpected(parsed.error());
    }
    endpoints.addresses.push_back(to_string(*parsed));
  }
  return endpoints;
}

}  // namespace

std::string service_rules(const std::vector<ServiceEndpoints>& services, const Subnet& addresses) {
  const auto translate = translations(services);
  const auto refuse = refusals(addresses);
  return std::format("table {}\ndelete table {}\ntable {} {{\n{}{}{}{}}}\n", kTable, kTable, kTable,
                     chain("forwarded", "type nat hook prerouting priority -100;", translate),
                     chain("local", "type nat hook output priority -100;", translate),
                     chain("refused", "type filter hook prerouting priority 0;", refuse),
                     chain("refused_local", "type filter hook output priority 0;", refuse));
}

std::string to_json(const std::vector<ServiceEndpoints>& services) {
  auto list = nlohmann::ordered_json::array();
  for (const auto& [service, addresses] : services) {
    list.push_back(
        {{"service", nlohmann::ordered_json::parse(to_json(service))}, {"addresses", addresses}});
  }
  return list.dump();
}

Result<std::vector<ServiceEndpoints>> parse_endpoints(std::string_view json) {
  const auto list = nlohmann::json::parse(json, nullptr, false);
  if (!list.is_array()) {
    return invalid("services: must be a JSON list");
  }
  std::vector<ServiceEndpoints> services;
  for (const auto& item : list) {
    auto parsed = parse_one(item);
    if (!parsed) {
      return std::unexpected(parsed.error());
    }
    services.push_back(*std::move(parsed));
  }
  return services;
}

}  // namespace drover::cluster::local
