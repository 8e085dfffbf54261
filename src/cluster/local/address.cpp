#include "cluster/local/address.h"

#include <charconv>

namespace drover::cluster::local {
namespace {

// One byte in decimal without leading zeros, cut off the front of `text`.
std::optional<std::uint32_t> take_byte(std::string_view& text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const auto length = static_cast<std::size_t>(end - text.data());
  if (error != std::errc{} || value > 255 || length > 3 || (length > 1 && text.front() == '0')) {
    return std::nullopt;
  }
  text.remove_prefix(length);
  return value;
}

std::uint32_t mask(int prefix) { return prefix == 0 ? 0 : ~std::uint32_t{0} << (32 - prefix); }

}  // namespace

std::string to_string(Ipv4 address) {
  const auto bits = address.bits();
  return std::format("{}.{}.{}.{}", bits >> 24, bits >> 16 & 255, bits >> 8 & 255, bits & 255);
}

Result<Ipv4> parse_ipv4(std::string_view text) {
  auto rest = text;
  std::uint32_t bits = 0;
  for (int i = 0; i < 4; ++i) {
    if (i > 0) {
      if (!rest.starts_with('.')) {
        return invalid(std::format("'{}' is not an IPv4 address such as 10.77.0.1", text));
      }
      rest.remove_prefix(1);
    }
    const auto byte = take_byte(rest);
    if (!byte) {
      return invalid(std::format("'{}' is not an IPv4 address such as 10.77.0.1", text));
    }
    bits = bits << 8 | *byte;
  }
  if (!rest.empty()) {
    return invalid(std::format("'{}' is not an IPv4 address such as 10.77.0.1", text));
  }
  return Ipv4{bits};
}

bool Subnet::contains(Ipv4 address) const { return (address.bits() & mask(prefix)) == base.bits(); }

std::string to_string(const Subnet& subnet) {
  return std::format("{}/{}", subnet.base, subnet.prefix);
}

Result<Network> Network::parse(std::string_view text) {
  const auto wrong =
      invalid(std::format("'{}' is not an IPv4 /16 network such as 10.77.0.0/16", text));
  const auto slash = text.find('/');
  if (slash == std::string_view::npos || text.substr(slash) != "/16") {
    return wrong;
  }
  const auto base = parse_ipv4(text.substr(0, slash));
  if (!base || (base->bits() & 0xffff) != 0) {
    return wrong;
  }
  const auto first = base->bits() >> 24;
  if (first == 0 || first == 127 || first >= 224) {
    return invalid(std::format(
        "'{}' cannot be given to hosts; use a private network such as 10.77.0.0/16", text));
  }
  Network network;
  network.base_ = base->bits();
  return network;
}

std::optional<Ipv4> free_address(const Subnet& subnet, const std::set<Ipv4>& taken) {
  for (std::uint32_t host = 2; host < 255; ++host) {
    const Ipv4 candidate{subnet.base.bits() | host};
    if (!taken.contains(candidate)) {
      return candidate;
    }
  }
  return std::nullopt;
}

}  // namespace drover::cluster::local
