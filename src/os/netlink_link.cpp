// Devices: veth pairs, bridges, up and down.
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>

#include <cstring>
#include <format>

#include <libmnl/libmnl.h>

#include "os/netlink.h"
#include "os/netlink_message.h"

namespace drover::os {

namespace {

// What one end of a pair is made with.
struct End {
  const VethEnd& spec;
  std::optional<MacBytes> mac;
  int mtu;
};

Result<End> check_end(const VethEnd& spec, int mtu) {
  if (auto good = check_device_name(spec.name); !good) return std::unexpected(good.error());
  if (spec.mac.empty()) return End{.spec = spec, .mac = std::nullopt, .mtu = mtu};
  return parse_mac(spec.mac).transform(
      [&](MacBytes mac) { return End{.spec = spec, .mac = mac, .mtu = mtu}; });
}

void put_end(NetlinkMessage& message, const End& end) {
  message.put_text(IFLA_IFNAME, end.spec.name);
  message.put_u32(IFLA_MTU, static_cast<std::uint32_t>(end.mtu));
  if (end.mac) message.put(IFLA_ADDRESS, end.mac->data(), end.mac->size());
  if (end.spec.net_namespace >= 0) {
    message.put_u32(IFLA_NET_NS_FD, static_cast<std::uint32_t>(end.spec.net_namespace));
  }
}

// A request about an existing device; `fill` adds what changes.
Result<> change(const std::string& device, std::string_view what,
                const std::function<void(NetlinkMessage&, ifinfomsg&)>& fill,
                std::uint16_t type = RTM_NEWLINK) {
  return device_index(device)
      .and_then([&](unsigned index) {
        NetlinkMessage message(type, 0);
        auto& header = message.header<ifinfomsg>();
        header.ifi_family = AF_UNSPEC;
        header.ifi_index = static_cast<int>(index);
        fill(message, header);
        return message.exchange();
      })
      .transform_error(doing(std::format("{} {}", what, device)));
}

Link read_link(const nlmsghdr* message) {
  const auto* header = static_cast<const ifinfomsg*>(::mnl_nlmsg_get_payload(message));
  Link link{.index = header->ifi_index, .up = (header->ifi_flags & IFF_UP) != 0};
  for_each_attribute(message, sizeof *header, [&](const nlattr* attribute) {
    switch (::mnl_attr_get_type(attribute)) {
      case IFLA_IFNAME:
        link.name = ::mnl_attr_get_str(attribute);
        break;
      case IFLA_MTU:
        link.mtu = static_cast<int>(::mnl_attr_get_u32(attribute));
        break;
      case IFLA_MASTER:
        link.master = static_cast<int>(::mnl_attr_get_u32(attribute));
        break;
      case IFLA_ADDRESS: {
        MacBytes mac{};
        if (::mnl_attr_get_payload_len(attribute) != mac.size()) break;
        std::memcpy(mac.data(), ::mnl_attr_get_payload(attribute), mac.size());
        link.mac = format_mac(mac);
        break;
      }
      default:
        break;
    }
  });
  return link;
}

}  // namespace

Result<> create_veth(const Veth& veth) {
  const auto context = doing(std::format("creating veth {} - {}", veth.end.name, veth.peer.name));
  const auto end = check_end(veth.end, veth.mtu).transform_error(context);
  if (!end) return std::unexpected(end.error());
  const auto peer = check_end(veth.peer, veth.mtu).transform_error(context);
  if (!peer) return std::unexpected(peer.error());
  NetlinkMessage message(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
  message.header<ifinfomsg>();
  put_end(message, *end);
  message.nest(IFLA_LINKINFO, [&] {
    message.put_text(IFLA_INFO_KIND, "veth");
    message.nest(IFLA_INFO_DATA, [&] {
      message.nest(VETH_INFO_PEER, [&] {
        message.reserve(sizeof(ifinfomsg));
        put_end(message, *peer);
      });
    });
  });
  return message.exchange().transform_error(context);
}

Result<> create_bridge(const std::string& name, int mtu) {
  const auto context = doing("creating bridge " + name);
  if (auto good = check_device_name(name).transform_error(context); !good) return good;
  NetlinkMessage message(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
  message.header<ifinfomsg>();
  message.put_text(IFLA_IFNAME, name);
  message.put_u32(IFLA_MTU, static_cast<std::uint32_t>(mtu));
  message.nest(IFLA_LINKINFO, [&] { message.put_text(IFLA_INFO_KIND, "bridge"); });
  return message.exchange().transform_error(context);
}

Result<> set_master(const std::string& device, const std::string& bridge) {
  const auto index = device_index(bridge);
  if (!index) return std::unexpected(index.error());
  return change(device, std::format("joining bridge {}:", bridge),
                [&](NetlinkMessage& message, ifinfomsg&) { message.put_u32(IFLA_MASTER, *index); });
}

Result<> set_up(const std::string& device) {
  return change(device, "setting up", [](NetlinkMessage&, ifinfomsg& header) {
    header.ifi_flags = IFF_UP;
    header.ifi_change = IFF_UP;
  });
}

Result<> set_down(const std::string& device) {
  return change(device, "setting down",
                [](NetlinkMessage&, ifinfomsg& header) { header.ifi_change = IFF_UP; });
}

Result<> delete_link(const std::string& device) {
  return change(device, "deleting device", [](NetlinkMessage&, ifinfomsg&) {}, RTM_DELLINK);
}

Result<std::vector<Link>> list_links() {
  NetlinkMessage message(RTM_GETLINK, NLM_F_DUMP);
  message.header<ifinfomsg>().ifi_family = AF_UNSPEC;
  std::vector<Link> links;
  return message.exchange([&](const nlmsghdr* answer) { links.push_back(read_link(answer)); })
      .transform([&] { return std::move(links); })
      .transform_error(doing("listing devices"));
}

}  // namespace drover::os
