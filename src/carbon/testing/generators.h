// Random series for property laws. Include <gtest/gtest.h> before this.
#pragma once

#include <optional>
#include <string>

#include <rapidcheck.h>

#include "carbon/series.h"

namespace drover::carbon::testing {

// Hourly, of up to `longest` values with about one gap in five; intensities on the milligram grid
// that a store keeps.
inline rc::Gen<Series> any_series(std::size_t longest = 200) {
  return rc::gen::exec([longest] {
    Series series;
    series.zone = ZoneId{"US-" + std::string(1, *rc::gen::inRange('A', 'E'))};
    series.start = Instant{std::chrono::hours{*rc::gen::inRange(400'000, 500'000)}};
    series.scope = *rc::gen::element(Scope::kDirect, Scope::kLifecycle);
    series.source = "test";
    const auto size = *rc::gen::inRange<std::size_t>(1, longest + 1);
    for (std::size_t i = 0; i < size; ++i) {
      const bool known = *rc::gen::inRange(0, 5) > 0;
      series.values.push_back(
          known ? std::optional{Intensity::grams_per_kwh(*rc::gen::inRange(0, 2'000'001) / 1000.0)}
                : std::optional<Intensity>{});
    }
    return series;
  });
}

// An hour of the series, or up to a day outside of it.
inline Instant any_hour_near(const Series& series) {
  const auto size = static_cast<int>(series.values.size());
  return series.start + std::chrono::hours{*rc::gen::inRange(-24, size + 25)};
}

}  // namespace drover::carbon::testing
