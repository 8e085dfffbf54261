// Routes of the main table.
#include <linux/rtnetlink.h>

#include <format>
#include <optional>

#include <libmnl/libmnl.h>

#include "os/netlink.h"
#include "os/netlink_message.h"

namespace drover::os {

namespace {

std::string describe(const Route& route) {
  std::string text = route.destination;
  if (!route.via.empty()) text += " via " + route.via;
  if (!route.device.empty()) text += " dev " + route.device;
  return text;
}

// A route with its text read.
struct Parsed {
  Prefix destination;
  std::optional<in_addr> via;
  unsigned device = 0;
};

Result<Parsed> parse(const Route& route) {
  Parsed parsed;
  auto destination =
      route.destination == "default" ? Result<Prefix>(Prefix{}) : parse_prefix(route.destination);
  if (!destination) return std::unexpected(destination.error());
  parsed.destination = *destination;
  if (!route.via.empty()) {
    const auto via = parse_ip(route.via);
    if (!via) return std::unexpected(via.error());
    parsed.via = *via;
  }
  if (!route.device.empty()) {
    const auto index = device_index(route.device);
    if (!index) return std::unexpected(index.error());
    parsed.device = *index;
  }
  return parsed;
}

void put_header(NetlinkMessage& message, const Route& route, const Parsed& parsed, bool deleting) {
  auto& header = message.header<rtmsg>();
  header.rtm_family = AF_INET;
  header.rtm_dst_len = parsed.destination.length;
  header.rtm_table = RT_TABLE_MAIN;
  if (route.onlink) header.rtm_flags = RTNH_F_ONLINK;
  if (deleting) {
    header.rtm_scope = RT_SCOPE_NOWHERE;  // any
    return;
  }
  header.rtm_protocol = RTPROT_STATIC;
  header.rtm_type = RTN_UNICAST;
  header.rtm_scope = route.scope_link || !parsed.via ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
}

Result<> change(const Route& route, std::uint16_t type, std::uint16_t flags,
                std::string_view what) {
  return parse(route)
      .and_then([&](const Parsed& parsed) {
        NetlinkMessage message(type, flags);
        put_header(message, route, parsed, type == RTM_DELROUTE);
        if (parsed.destination.length > 0) {
          message.put(RTA_DST, &parsed.destination.address, sizeof parsed.destination.address);
        }
        if (parsed.via) message.put(RTA_GATEWAY, &*parsed.via, sizeof *parsed.via);
        if (parsed.device != 0) message.put_u32(RTA_OIF, parsed.device);
        if (route.metric != 0) message.put_u32(RTA_PRIORITY, route.metric);
        return message.exchange();
      })
      .transform_error(doing(std::format("{} route {}", what, describe(route))));
}

std::string device_name(unsigned index) {
  std::array<char, IF_NAMESIZE> name{};
  return ::if_indextoname(index, name.data()) != nullptr ? name.data() : "";
}

// Nothing for a route of another table (local and broadcast addresses).
std::optional<Route> read_route(const nlmsghdr* message) {
  const auto* header = static_cast<const rtmsg*>(::mnl_nlmsg_get_payload(message));
  if (header->rtm_table != RT_TABLE_MAIN || header->rtm_type != RTN_UNICAST) return std::nullopt;
  Route route{.destination = "default",
              .onlink = (header->rtm_flags & RTNH_F_ONLINK) != 0,
              .scope_link = header->rtm_scope == RT_SCOPE_LINK};
  for_each_attribute(message, sizeof *header, [&](const nlattr* attribute) {
    const auto value = [&] { return ::mnl_attr_get_u32(attribute); };
    switch (::mnl_attr_get_type(attribute)) {
      case RTA_DST:
        route.destination =
            std::format("{}/{}", format_ip(in_addr{.s_addr = value()}), header->rtm_dst_len);
        break;
      case RTA_GATEWAY:
        route.via = format_ip(in_addr{.s_addr = value()});
        break;
      case RTA_OIF:
        route.device = device_name(value());
        break;
      case RTA_PRIORITY:
        route.metric = value();
        break;
      default:
        break;
    }
  });
  return route;
}

}  // namespace

Result<> add_route(const Route& route) {
  return change(route, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, "adding");
}

Result<> replace_route(const Route& route) {
  return change(route, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, "replacing");
}

Result<> delete_route(const Route& route) { return change(route, RTM_DELROUTE, 0, "deleting"); }

Result<std::vector<Route>> list_routes() {
  NetlinkMessage message(RTM_GETROUTE, NLM_F_DUMP);
  message.header<rtmsg>().rtm_family = AF_INET;
  std::vector<Route> routes;
  const auto read = [&](const nlmsghdr* answer) {
    if (auto route = read_route(answer)) routes.push_back(std::move(*route));
  };
  return message.exchange(read)
      .transform([&] { return std::move(routes); })
      .transform_error(doing("listing routes"));
}

}  // namespace drover::os
