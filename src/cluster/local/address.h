// IPv4 addresses and the plan that gives each part of a local cluster its own.
//
//   10.77.0.1           the fabric's bridge              10.77.0.0/24    fabric network
//   10.77.0.(10+i)      node i = 1, 2, …                 10.77.(10+i).0/24  pods first placed on
//   node i 10.77.250.0/24      services
#pragma once

#include <compare>
#include <cstdint>
#include <format>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/result.h"

namespace drover::cluster::local {

class Ipv4 {
 public:
  constexpr Ipv4() = default;
  constexpr explicit Ipv4(std::uint32_t bits) : bits_(bits) {}
  [[nodiscard]] constexpr std::uint32_t bits() const { return bits_; }  // host byte order
  friend constexpr auto operator<=>(const Ipv4&, const Ipv4&) = default;

 private:
  std::uint32_t bits_ = 0;
};

std::string to_string(Ipv4 address);
Result<Ipv4> parse_ipv4(std::string_view text);  // strict dotted quad, no leading zeros

struct Subnet {
  Ipv4 base;
  int prefix = 32;
  [[nodiscard]] bool contains(Ipv4 address) const;
  friend bool operator==(const Subnet&, const Subnet&) = default;
};
std::string to_string(const Subnet& subnet);

inline constexpr std::size_t kMaxNodes = 200;

// The addresses of one cluster: always a /16, so that the third byte tells what an address belongs
// to.
class Network {
 public:
  constexpr Network() = default;
  static Result<Network> parse(std::string_view text);

  [[nodiscard]] Subnet all() const { return {Ipv4{base_}, 16}; }
  [[nodiscard]] Subnet fabric() const { return {at(0, 0), 24}; }
  [[nodiscard]] Ipv4 bridge() const { return at(0, 1); }
  [[nodiscard]] Ipv4 node(std::size_t number) const {
    return at(0, static_cast<std::uint8_t>(kFirst + number));
  }
  [[nodiscard]] Subnet pods(std::size_t number) const {
    return {at(static_cast<std::uint8_t>(kFirst + number), 0), 24};
  }
  [[nodiscard]] Subnet services() const { return {at(kServices, 0), 24}; }
  friend bool operator==(const Network&, const Network&) = default;

 private:
  static constexpr std::uint8_t kFirst = 10;
  static constexpr std::uint8_t kServices = 250;
  [[nodiscard]] constexpr Ipv4 at(std::uint8_t third, std::uint8_t fourth) const {
    return Ipv4{base_ | static_cast<std::uint32_t>(third) << 8 | fourth};
  }

  std::uint32_t base_ = 10U << 24 | 77U << 16;
};

// The lowest host address of a /24, from .2 on, that is not taken; none when it is full.
std::optional<Ipv4> free_address(const Subnet& subnet, const std::set<Ipv4>& taken);

}  // namespace drover::cluster::local

template <>
struct std::formatter<drover::cluster::local::Ipv4> : std::formatter<std::string> {
  auto format(drover::cluster::local::Ipv4 address, auto& context) const {
    return std::formatter<std::string>::format(to_string(address), context);
  }
};
