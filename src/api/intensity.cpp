#include "api/intensity.h"

#include <algorithm>
#include <format>

#include "api/limits.h"

namespace drover::api {
namespace {

using carbon::Series;
using carbon::ZoneSummary;

struct Times {
  std::optional<Instant> from;
  std::optional<Instant> to;
};

Answer<Times> read_times(const Parameters& parameters) {
  const auto from = parameters.time("from");
  const auto to = parameters.time("to");
  if (!from || !to) {
    return std::unexpected(from ? to.error() : from.error());
  }
  if (!*from && *to) {
    return bad_parameter("from", "is missing; give it with 'to', or leave both out for the latest");
  }
  return Times{.from = *from, .to = *to};
}

Answer<Which> read_which(const Parameters& parameters) {
  const auto reported = parameters.one_of("reported", carbon::parse_reported);
  const auto known_at = parameters.time("known_at");
  if (!reported || !known_at) {
    return std::unexpected(reported ? known_at.error() : reported.error());
  }
  return Which{.reported = reported->value_or(carbon::Reported::kAll), .known_at = *known_at};
}

std::optional<Latest> last_value(const Series& series, Instant now) {
  for (std::size_t slot = series.values.size(); slot-- > 0;) {
    if (series.values[slot]) {
      return Latest{.quantity = series.without_values(),
                    .at = series.time_of(slot),
                    .value = *series.values[slot],
                    .estimated = series.is_estimated(slot),
                    .age = std::max(Duration{0}, now - series.time_of(slot) - series.step)};
    }
  }
  return std::nullopt;
}

Answer<KnownIntensity> latest(const Asked& asked, const ZoneSummary& series, const Which& which) {
  return latest_value(asked, series, which)
      .and_then([&](std::optional<Latest> found) -> Answer<KnownIntensity> {
        if (found) {
          return *std::move(found);
        }
        return std::unexpected(
            Failure{.status = kNotFound,
                    .detail = std::format(
                        "no such value of zone {} is known at or before {}; its data span {} to {}",
                        series.zone, format_time(asked.now), format_time(series.first),
                        format_time(series.last_end)),
                    .errors = {}});
      });
}

}  // namespace

// Looks back from `now` in stretches that grow: the latest value is nearly always in the first.
Answer<std::optional<Latest>> latest_value(const Asked& asked, const ZoneSummary& series,
                                           const Which& which) {
  constexpr std::int64_t kFirstStretch = 200;
  constexpr std::int64_t kGrowth = 10;
  Instant end = std::min(series.last_end, step_begin(series, asked.now) + series.step);
  for (std::int64_t steps = kFirstStretch; end > series.first;
       steps = std::min(steps * kGrowth, kMaxValues)) {
    const Instant begin = std::max(series.first, end - series.step * steps);
    const auto part = read_series(asked, series, {.from = begin, .to = end}, which);
    if (!part) {
      return std::unexpected(part.error());
    }
    if (auto found = last_value(*part, asked.now)) {
      return found;
    }
    end = begin;
  }
  return std::nullopt;
}

Answer<KnownIntensity> known_intensity(const Asked& asked, const std::string& zone,
                                       const Parameters& parameters) {
  const auto which =
      parameters.check({"from", "to", "kind", "scope", "basis", "source", "reported", "known_at"})
          .and_then([&] { return read_which(parameters); });
  const auto times = read_times(parameters);
  if (!which || !times) {
    return std::unexpected(which ? times.error() : which.error());
  }
  const auto series = read_quantity(parameters, asked.otherwise).and_then([&](const Quantity& of) {
    return find_series(asked, {.parameter = "zone", .zone = zone}, of);
  });
  if (!series) {
    return std::unexpected(series.error());
  }
  if (!times->from) {
    return latest(asked, *series, *which);
  }
  const Window window{.from = *times->from,
                      .to = times->to.value_or(step_begin(*series, asked.now) + series->step)};
  return check_window(*series, window, {}, kMaxValues)
      .and_then([&] { return read_series(asked, *series, window, *which); })
      .transform([](Series read) { return KnownIntensity(std::move(read)); });
}

}  // namespace drover::api
