#include "carbon/hours.h"

#include <algorithm>
#include <cmath>
#include <format>
#include <limits>

#include "carbon/gaps.h"
#include "carbon/points.h"

namespace drover::carbon {
namespace {

constexpr Duration kHour = std::chrono::hours{1};
constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

std::vector<double> numbers(const Series& series) {
  std::vector<double> values;
  values.reserve(series.values.size());
  for (const auto& value : series.values) {
    values.push_back(value ? value->grams_per_kwh() : kUnknown);
  }
  return values;
}

}  // namespace

std::size_t Hours::hour_of_day(std::size_t index) const {
  return static_cast<std::size_t>((first + static_cast<std::int64_t>(index)) % 24 + 24) % 24;
}

std::size_t Hours::weekday(std::size_t index) const {
  constexpr std::int64_t kThursday = 4;  // 1970-01-01
  const std::int64_t hour = first + static_cast<std::int64_t>(index);
  const std::int64_t day = (hour >= 0 ? hour : hour - 23) / 24;
  return static_cast<std::size_t>(((day + kThursday) % 7 + 7) % 7);
}

Hours Hours::after(std::size_t begin) const {
  const auto skipped = static_cast<std::ptrdiff_t>(begin);
  return {.first = first + static_cast<std::int64_t>(begin),
          .values = {values.begin() + skipped, values.end()},
          .filled = {filled.begin() + skipped, filled.end()}};
}

Result<Hours> hours_of(const Series& series) {
  if (series.step > kHour || series.end().time_since_epoch() % kHour != Duration{0}) {
    return invalid(std::format(
        "this model needs steps of an hour or less that end on whole hours; zone {} has steps of "
        "{} up to {}",
        series.zone, std::chrono::duration<double, std::ratio<60>>(series.step),
        format_time(series.end())));
  }
  const auto hourly = series.step == kHour ? Result<Series>(series) : coarsened(series, kHour);
  return hourly.transform([](const Series& known) {
    return Hours{.first = known.start.time_since_epoch() / kHour,
                 .values = numbers(known),
                 .filled = numbers(fill_gaps(known, GapPolicy::kRecommended).series)};
  });
}

std::vector<double> profile(const Hours& hours, std::size_t end, std::size_t days) {
  std::vector<double> sums(kHoursPerDay);
  std::vector<double> counts(kHoursPerDay);
  for (std::size_t i = end - std::min(end, days * kHoursPerDay); i < end; ++i) {
    if (!std::isnan(hours.values[i])) {
      sums[hours.hour_of_day(i)] += hours.values[i];
      counts[hours.hour_of_day(i)] += 1;
    }
  }
  for (std::size_t hour = 0; hour < kHoursPerDay; ++hour) {
    sums[hour] = counts[hour] > 0 ? sums[hour] / counts[hour] : kUnknown;
  }
  return sums;
}

}  // namespace drover::carbon
