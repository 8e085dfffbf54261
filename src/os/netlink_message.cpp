#include "os/netlink_message.h"

#include <arpa/inet.h>
#include <linux/netlink.h>

#include <charconv>
#include <cstring>
#include <format>
#include <memory>
#include <vector>

#include <libmnl/libmnl.h>

#include "os/fd.h"

namespace drover::os {

namespace {

constexpr std::size_t kReceiveSize = 32768;
constexpr unsigned kSequence = 1;  // each exchange has a socket of its own

using Socket = std::unique_ptr<mnl_socket, int (*)(mnl_socket*)>;

Result<Socket> open_socket() {
  Socket socket(::mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC), &::mnl_socket_close);
  if (!socket) return system_error("opening a netlink socket");
  int on = 1;
  // The kernel's own words in errors; it works without.
  ::mnl_socket_setsockopt(socket.get(), NETLINK_EXT_ACK, &on, sizeof on);
  ::mnl_socket_setsockopt(socket.get(), NETLINK_CAP_ACK, &on, sizeof on);
  if (::mnl_socket_bind(socket.get(), 0, MNL_SOCKET_AUTOPID) < 0) {
    return system_error("binding a netlink socket");
  }
  return socket;
}

// The kernel's explanation behind an error answer, or empty.
std::string kernel_text(const nlmsghdr* answer) {
  std::string text;
  if (answer->nlmsg_type != NLMSG_ERROR || (answer->nlmsg_flags & NLM_F_ACK_TLVS) == 0) return text;
  for_each_attribute(answer, sizeof(nlmsgerr), [&](const nlattr* attribute) {
    if (::mnl_attr_get_type(attribute) == NLMSGERR_ATTR_MSG) text = ::mnl_attr_get_str(attribute);
  });
  return text;
}

int call_each(const nlmsghdr* answer, void* data) {
  (*static_cast<const std::function<void(const nlmsghdr*)>*>(data))(answer);
  return MNL_CB_OK;
}

}  // namespace

Result<in_addr> parse_ip(std::string_view text) {
  in_addr address{};
  if (::inet_pton(AF_INET, std::string(text).c_str(), &address) == 1) return address;
  return invalid(std::format("'{}' is not an IPv4 address like 10.77.0.1", text));
}

Result<Prefix> parse_prefix(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = parse_ip(text.substr(0, slash));
  if (!address) return std::unexpected(address.error());
  constexpr std::uint8_t kBits = 32;
  Prefix prefix{.address = *address, .length = kBits};
  if (slash == std::string_view::npos) return prefix;
  const auto digits = text.substr(slash + 1);
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), prefix.length);
  if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size() ||
      prefix.length > kBits) {
    return invalid(std::format("'{}' is not a prefix like 10.77.0.0/16", text));
  }
  return prefix;
}

Result<MacBytes> parse_mac(std::string_view text) {
  constexpr std::size_t kLength = 17;  // "02:00:0a:4d:01:02"
  const auto wrong = [&] {
    return invalid(std::format("'{}' is not a MAC address like 02:00:0a:4d:01:02", text));
  };
  if (text.size() != kLength) return wrong();
  MacBytes mac{};
  for (std::size_t i = 0; i < mac.size(); ++i) {
    const auto* begin = text.data() + 3 * i;
    const auto parsed = std::from_chars(begin, begin + 2, mac.at(i), 16);
    const bool ends_well = i + 1 == mac.size() || begin[2] == ':';
    if (parsed.ec != std::errc() || parsed.ptr != begin + 2 || !ends_well) return wrong();
  }
  return mac;
}

std::string format_ip(in_addr address) {
  std::array<char, INET_ADDRSTRLEN> text{};
  return ::inet_ntop(AF_INET, &address, text.data(), text.size());
}

std::string format_mac(const MacBytes& mac) {
  std::string text;
  for (const auto byte : mac) text += std::format("{}{:02x}", text.empty() ? "" : ":", byte);
  return text;
}

Result<> check_device_name(const std::string& name) {
  if (name.empty() || name.size() >= IFNAMSIZ || name.find_first_of("/ \t") != std::string::npos) {
    return invalid(std::format("'{}' cannot be a device's name: 1 to {} bytes without '/' or blank",
                               name, IFNAMSIZ - 1));
  }
  return {};
}

Result<unsigned> device_index(const std::string& device) {
  if (auto good = check_device_name(device); !good) return std::unexpected(good.error());
  const unsigned index = ::if_nametoindex(device.c_str());
  if (index == 0) return not_found(std::format("there is no device '{}'", device));
  return index;
}

NetlinkMessage::NetlinkMessage(std::uint16_t type, std::uint16_t flags) {
  auto* header = ::mnl_nlmsg_put_header(buffer_.data());
  header->nlmsg_type = type;
  header->nlmsg_flags = NLM_F_REQUEST | flags;
  header->nlmsg_seq = kSequence;
}

nlmsghdr* NetlinkMessage::message() { return reinterpret_cast<nlmsghdr*>(buffer_.data()); }

void* NetlinkMessage::reserve(std::size_t size) {
  return ::mnl_nlmsg_put_extra_header(message(), size);
}

void NetlinkMessage::put(std::uint16_t type, const void* data, std::size_t size) {
  ::mnl_attr_put(message(), type, size, data);
}

void NetlinkMessage::put_u32(std::uint16_t type, std::uint32_t value) {
  ::mnl_attr_put_u32(message(), type, value);
}

void NetlinkMessage::put_u64(std::uint16_t type, std::uint64_t value) {
  ::mnl_attr_put_u64(message(), type, value);
}

void NetlinkMessage::put_text(std::uint16_t type, const std::string& value) {
  ::mnl_attr_put_strz(message(), type, value.c_str());
}

void NetlinkMessage::nest(std::uint16_t type, const std::function<void()>& content) {
  auto* start = ::mnl_attr_nest_start(message(), type);
  content();
  ::mnl_attr_nest_end(message(), start);
}

Result<> NetlinkMessage::exchange() {
  message()->nlmsg_flags |= NLM_F_ACK;
  return exchange([](const nlmsghdr*) {});
}

Result<> NetlinkMessage::exchange(const std::function<void(const nlmsghdr*)>& each) {
  const auto socket = open_socket();
  if (!socket) return std::unexpected(socket.error());
  if (::mnl_socket_sendto(socket->get(), message(), message()->nlmsg_len) < 0) {
    return system_error("sending to netlink");
  }
  const auto port = ::mnl_socket_get_portid(socket->get());
  std::vector<char> answer(kReceiveSize);
  // The kernel ends every exchange with an acknowledgement, an error or the end of the dump.
  for (int state = MNL_CB_OK; state > MNL_CB_STOP;) {
    const auto got = ::mnl_socket_recvfrom(socket->get(), answer.data(), answer.size());
    if (got < 0) return system_error("receiving from netlink");
    state = ::mnl_cb_run(answer.data(), static_cast<std::size_t>(got), kSequence, port, call_each,
                         const_cast<void*>(static_cast<const void*>(&each)));
    if (state < 0) {
      const int error = errno;
      const auto text = kernel_text(reinterpret_cast<const nlmsghdr*>(answer.data()));
      return system_error(text.empty() ? "kernel" : std::format("kernel ({})", text), error);
    }
  }
  return {};
}

void for_each_attribute(const nlmsghdr* message, std::size_t header_size,
                        const std::function<void(const nlattr*)>& each) {
  const auto call = [](const nlattr* attribute, void* data) {
    (*static_cast<const std::function<void(const nlattr*)>*>(data))(attribute);
    return MNL_CB_OK;
  };
  ::mnl_attr_parse(message, static_cast<unsigned>(header_size), call,
                   const_cast<void*>(static_cast<const void*>(&each)));
}

}  // namespace drover::os
