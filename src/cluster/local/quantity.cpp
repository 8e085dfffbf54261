#include "cluster/local/quantity.h"

#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <span>

namespace drover::cluster::local {
namespace {

struct Suffix {
  std::string_view text;
  double factor;
};

constexpr std::array kCpu = {Suffix{"", 1.0}, Suffix{"m", 1e-3}};

constexpr std::array kMemory = {
    Suffix{"", 1.0},
    Suffix{"k", 1e3},
    Suffix{"M", 1e6},
    Suffix{"G", 1e9},
    Suffix{"T", 1e12},
    Suffix{"Ki", 1024.0},
    Suffix{"Mi", 1024.0 * 1024},
    Suffix{"Gi", 1024.0 * 1024 * 1024},
    Suffix{"Ti", 1024.0 * 1024 * 1024 * 1024},
};

constexpr std::array kBandwidth = {Suffix{"bit", 1.0}, Suffix{"kbit", 1e3}, Suffix{"Mbit", 1e6},
                                   Suffix{"Gbit", 1e9}};

// In milliseconds.
constexpr std::array kTime = {Suffix{"us", 1e-3}, Suffix{"ms", 1.0}, Suffix{"s", 1e3},
                              Suffix{"m", 60e3}, Suffix{"h", 3600e3}};

// A decimal number without sign, then exactly one of the suffixes; the product.
std::optional<double> amount(std::string_view text, std::span<const Suffix> suffixes) {
  if (text.empty() || text.front() < '0' || text.front() > '9') {
    return std::nullopt;
  }
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || !std::isfinite(number)) {
    return std::nullopt;
  }
  const auto rest = text.substr(static_cast<std::size_t>(end - text.data()));
  for (const auto& suffix : suffixes) {
    if (suffix.text == rest) {
      return number * suffix.factor;
    }
  }
  return std::nullopt;
}

// Larger amounts are typing errors, and would not fit into an integer.
constexpr double kMost = 1e15;

}  // namespace

Result<double> parse_cpu(std::string_view text) {
  const auto cores = amount(text, kCpu);
  if (!cores || *cores > kMost) {
    return invalid("is not an amount of CPU; use cores such as 0.5 or millicores such as 500m");
  }
  return *cores;
}

Result<Bytes> parse_memory(std::string_view text) {
  const auto bytes = amount(text, kMemory);
  if (!bytes || *bytes > kMost) {
    return invalid(
        "is not an amount of memory; use bytes with Ki, Mi, Gi, k, M or G, such as 64Mi");
  }
  return Bytes{static_cast<std::int64_t>(std::ceil(*bytes))};
}

Result<Bandwidth> parse_bandwidth(std::string_view text) {
  const auto rate = amount(text, kBandwidth);
  if (!rate || *rate > kMost || *rate < 8000) {
    return invalid(
        "is not a bandwidth; use kbit, Mbit or Gbit (per second), at least 8kbit, such as 1Gbit");
  }
  return Bandwidth::bits_per_second(*rate);
}

Result<Duration> parse_duration(std::string_view text) {
  const auto milliseconds = amount(text, kTime);
  if (!milliseconds || *milliseconds > kMost) {
    return invalid("is not a time; use ms, s, m or h, such as 5ms");
  }
  return Duration{std::llround(*milliseconds)};
}

}  // namespace drover::cluster::local
