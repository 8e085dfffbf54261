// One rtnetlink request and its exchange with the kernel, over libmnl. Internal to os/netlink.
#pragma once

#include <linux/netlink.h>
#include <net/if.h>
#include <netinet/in.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace drover::os {

using MacBytes = std::array<std::uint8_t, 6>;

struct Prefix {
  in_addr address{};
  std::uint8_t length = 0;
};

// "10.77.0.1"; kInvalid says what is wrong with the text.
Result<in_addr> parse_ip(std::string_view text);
// "10.77.0.0/16"; without "/n" it is /32.
Result<Prefix> parse_prefix(std::string_view text);
Result<MacBytes> parse_mac(std::string_view text);
std::string format_ip(in_addr address);
std::string format_mac(const MacBytes& mac);

// kInvalid for a name that no device can have, kNotFound for one that none has.
Result<unsigned> device_index(const std::string& device);
Result<> check_device_name(const std::string& name);

class NetlinkMessage {
 public:
  NetlinkMessage(std::uint16_t type, std::uint16_t flags);

  // The fixed header that follows the netlink header (ifinfomsg, rtmsg, …), zeroed; to be taken
  // before attributes are put.
  template <class T>
  T& header() {
    return *static_cast<T*>(reserve(sizeof(T)));
  }
  void put(std::uint16_t type, const void* data, std::size_t size);
  void put_u32(std::uint16_t type, std::uint32_t value);
  void put_u64(std::uint16_t type, std::uint64_t value);
  void put_text(std::uint16_t type, const std::string& value);
  // Attributes put by `content` go inside one of this type.
  void nest(std::uint16_t type, const std::function<void()>& content);
  // As reserve inside a nest: for IFLA_INFO_DATA of a veth, where a whole header comes first.
  void* reserve(std::size_t size);

  // Sends it and waits for the kernel's acknowledgement. The error is errno's text, with the
  // kernel's own where it has one.
  Result<> exchange();

  // For a dump: calls `each` for every answer.
  Result<> exchange(const std::function<void(const nlmsghdr*)>& each);

 private:
  static constexpr std::size_t kSize = 4096;
  nlmsghdr* message();
  alignas(std::uint64_t) std::array<std::byte, kSize> buffer_{};
};

// Calls `each` for every attribute behind a header of `header_size` bytes.
void for_each_attribute(const nlmsghdr* message, std::size_t header_size,
                        const std::function<void(const nlattr*)>& each);

}  // namespace drover::os
