// Short words for tests.
#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>

#include "base/time.h"
#include "carbon/series.h"

namespace drover::carbon::testing {

inline Instant at(std::string_view text) { return parse_time(text).value(); }

inline constexpr double kGap = -1;

// Hourly, average, direct; kGap is an unknown hour.
inline Series hourly(std::string_view zone, std::string_view start,
                     std::initializer_list<double> values) {
  Series series;
  series.zone = ZoneId{std::string(zone)};
  series.start = at(start);
  series.source = "test";
  for (const double value : values) {
    series.values.push_back(value == kGap ? std::optional<Intensity>{}
                                          : Intensity::grams_per_kwh(value));
  }
  return series;
}

}  // namespace drover::carbon::testing
