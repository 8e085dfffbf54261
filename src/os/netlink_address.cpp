// Addresses and permanent neighbours of a device.
#include <linux/if_addr.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include <format>

#include <libmnl/libmnl.h>

#include "os/netlink.h"
#include "os/netlink_message.h"

namespace drover::os {

namespace {

Result<> change_address(std::uint16_t type, std::uint16_t flags, const std::string& device,
                        const std::string& cidr) {
  const auto prefix = parse_prefix(cidr);
  if (!prefix) return std::unexpected(prefix.error());
  return device_index(device).and_then([&](unsigned index) {
    NetlinkMessage message(type, flags);
    auto& header = message.header<ifaddrmsg>();
    header.ifa_family = AF_INET;
    header.ifa_prefixlen = prefix->length;
    header.ifa_scope = RT_SCOPE_UNIVERSE;
    header.ifa_index = index;
    message.put(IFA_LOCAL, &prefix->address, sizeof prefix->address);
    message.put(IFA_ADDRESS, &prefix->address, sizeof prefix->address);
    return message.exchange();
  });
}

ndmsg& neighbour_header(NetlinkMessage& message, unsigned index) {
  auto& header = message.header<ndmsg>();
  header.ndm_family = AF_INET;
  header.ndm_ifindex = static_cast<int>(index);
  header.ndm_state = NUD_PERMANENT;
  return header;
}

std::string name_of(unsigned index) {
  std::array<char, IF_NAMESIZE> name{};
  return ::if_indextoname(index, name.data()) != nullptr ? name.data() : "";
}

}  // namespace

Result<> add_address(const std::string& device, const std::string& cidr) {
  return change_address(RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, device, cidr)
      .transform_error(doing(std::format("adding address {} to {}", cidr, device)));
}

Result<> delete_address(const std::string& device, const std::string& cidr) {
  return change_address(RTM_DELADDR, 0, device, cidr)
      .transform_error(doing(std::format("deleting address {} from {}", cidr, device)));
}

Result<> set_neighbour(const std::string& device, const std::string& ip, const std::string& mac) {
  const auto context = doing(std::format("setting neighbour {} {} of {}", ip, mac, device));
  const auto address = parse_ip(ip).transform_error(context);
  if (!address) return std::unexpected(address.error());
  const auto bytes = parse_mac(mac).transform_error(context);
  if (!bytes) return std::unexpected(bytes.error());
  return device_index(device)
      .and_then([&](unsigned index) {
        NetlinkMessage message(RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE);
        neighbour_header(message, index);
        message.put(NDA_DST, &*address, sizeof *address);
        message.put(NDA_LLADDR, bytes->data(), bytes->size());
        return message.exchange();
      })
      .transform_error(context);
}

Result<> delete_neighbour(const std::string& device, const std::string& ip) {
  const auto context = doing(std::format("deleting neighbour {} of {}", ip, device));
  const auto address = parse_ip(ip).transform_error(context);
  if (!address) return std::unexpected(address.error());
  return device_index(device)
      .and_then([&](unsigned index) {
        NetlinkMessage message(RTM_DELNEIGH, 0);
        neighbour_header(message, index);
        message.put(NDA_DST, &*address, sizeof *address);
        return message.exchange();
      })
      .transform_error(context);
}

Result<std::vector<Address>> list_addresses() {
  NetlinkMessage message(RTM_GETADDR, NLM_F_DUMP);
  message.header<ifaddrmsg>().ifa_family = AF_INET;
  std::vector<Address> addresses;
  const auto read = [&](const nlmsghdr* answer) {
    const auto* header = static_cast<const ifaddrmsg*>(::mnl_nlmsg_get_payload(answer));
    for_each_attribute(answer, sizeof *header, [&](const nlattr* attribute) {
      if (::mnl_attr_get_type(attribute) != IFA_LOCAL) return;
      const in_addr local{.s_addr = ::mnl_attr_get_u32(attribute)};
      addresses.push_back({.device = name_of(header->ifa_index),
                           .cidr = std::format("{}/{}", format_ip(local), header->ifa_prefixlen)});
    });
  };
  return message.exchange(read)
      .transform([&] { return std::move(addresses); })
      .transform_error(doing("listing addresses"));
}

}  // namespace drover::os
