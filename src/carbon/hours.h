// What the models of daily shape compute on: whole hours as plain numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "carbon/series.h"

namespace drover::carbon {

struct Hours {
  std::int64_t first = 0;      // of values[0], in hours since 1970-01-01T00Z
  std::vector<double> values;  // g/kWh; NaN is an unknown hour
  std::vector<double> filled;  // gaps filled as GapPolicy::kRecommended; longer ones are NaN

  [[nodiscard]] std::size_t size() const { return values.size(); }
  // Of the hour `index` places after the first, also beyond the end.
  [[nodiscard]] std::size_t hour_of_day(std::size_t index) const;
  [[nodiscard]] std::size_t weekday(std::size_t index) const;  // 0 is Sunday
  // The hours from `begin` on.
  [[nodiscard]] Hours after(std::size_t begin) const;
};

inline constexpr std::size_t kHoursPerDay = 24;

// Finer steps are averaged to hours. kInvalid for longer steps and for a series that does not end
// on a whole hour.
Result<Hours> hours_of(const Series& series);

// Means by hour of day of what is known in the `days` days before `end` (an index); NaN where
// nothing is known.
std::vector<double> profile(const Hours& hours, std::size_t end, std::size_t days);

}  // namespace drover::carbon
