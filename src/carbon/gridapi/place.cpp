#include "carbon/gridapi/place.h"

#include <charconv>
#include <cmath>

namespace drover::carbon::gridapi {
namespace {

bool is_degrees(std::string_view text, double most) {
  double value = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc{} && stop == end && std::abs(value) <= most;
}

}  // namespace

std::optional<Place> place_of(std::string_view remote) {
  constexpr double kPole = 90;
  constexpr double kDateLine = 180;
  const auto comma = remote.find(',');
  if (comma == std::string_view::npos) {
    return std::nullopt;
  }
  const auto latitude = remote.substr(0, comma);
  auto longitude = remote.substr(comma + 1);
  if (longitude.starts_with(' ')) {
    longitude.remove_prefix(1);
  }
  if (!is_degrees(latitude, kPole) || !is_degrees(longitude, kDateLine)) {
    return std::nullopt;
  }
  return Place{.latitude = std::string(latitude), .longitude = std::string(longitude)};
}

}  // namespace drover::carbon::gridapi
