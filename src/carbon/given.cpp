#include "carbon/given.h"

#include <algorithm>
#include <cmath>
#include <format>

namespace drover::carbon {
namespace {

constexpr std::size_t kMaxShown = 40;
constexpr std::size_t kMaxMessage = 500;
constexpr std::size_t kMaxZoneName = 64;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

}  // namespace

std::string shown(std::string_view text) {
  std::string out = "'";
  for (const char c : text.substr(0, kMaxShown)) {
    if (c >= ' ' && c <= '~') {
      out += c;
    } else {
      out += std::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return out + (text.size() > kMaxShown ? "...'" : "'");
}

std::string printable(std::string_view message) {
  std::string out;
  for (const char c : message.substr(0, kMaxMessage)) {
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') {
      out += std::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + (message.size() > kMaxMessage ? "..." : "");
}

Result<Intensity> given_intensity(double grams_per_kwh) {
  if (!std::isfinite(grams_per_kwh)) {
    return invalid(std::format("{} is not a number of gCO2eq/kWh", grams_per_kwh));
  }
  if (grams_per_kwh < 0) {
    return invalid(std::format(
        "{} is negative; a carbon intensity is at least 0, and an unknown hour has no value",
        grams_per_kwh));
  }
  if (grams_per_kwh > kHighestGramsPerKwh) {
    return invalid(
        std::format("{} is above {} gCO2eq/kWh, which no grid reaches; convert it to gCO2eq/kWh",
                    grams_per_kwh, kHighestGramsPerKwh));
  }
  return Intensity::grams_per_kwh(grams_per_kwh + 0.0);
}

bool is_zone_name(std::string_view text) {
  return !text.empty() && text.size() <= kMaxZoneName && std::ranges::all_of(text, [](char c) {
    return is_digit(c) || is_letter(c) || c == '-' || c == '_' || c == '.';
  });
}

bool says_offset(std::string_view time) {
  if (time.ends_with('Z') || time.ends_with('z')) {
    return true;
  }
  constexpr std::size_t kDate = 10;  // its dashes are no offset
  return time.size() > kDate && time.find_first_of("+-", kDate) != std::string_view::npos;
}

}  // namespace drover::carbon
