#include "api/series.h"

#include <algorithm>
#include <format>

#include "api/limits.h"

namespace drover::api {
namespace {

carbon::SeriesQuery query_of(const carbon::ZoneSummary& series, const Window& window,
                             const Which& which) {
  return {.zone = series.zone,
          .kind = series.kind,
          .scope = series.scope,
          .basis = series.basis,
          .source = series.source,
          .reported = which.reported,
          .known_at = which.known_at,
          .from = window.from,
          .to = window.to};
}

// Steps from the begin of the series to `at`, rounded down.
Duration::rep steps_to(const carbon::ZoneSummary& series, Instant at) {
  const auto distance = (at - series.first).count();
  const auto step = series.step.count();
  return distance / step - (distance % step < 0 ? 1 : 0);
}

void hide_after(carbon::Series& series, Instant now) {
  const auto known = now < series.start ? 0 : (now - series.start) / series.step + 1;
  for (auto slot = static_cast<std::size_t>(known); slot < series.values.size(); ++slot) {
    series.values[slot].reset();
    if (!series.estimated.empty()) {
      series.estimated[slot] = false;
    }
  }
}

}  // namespace

Answer<Quantity> read_quantity(const Parameters& parameters, const Quantity& otherwise) {
  const auto kind = parameters.one_of("kind", carbon::parse_kind);
  const auto scope = parameters.one_of("scope", carbon::parse_scope);
  const auto basis = parameters.one_of("basis", carbon::parse_basis);
  const auto source = parameters.text("source");
  if (!kind || !scope) {
    return std::unexpected(kind ? scope.error() : kind.error());
  }
  if (!basis || !source) {
    return std::unexpected(basis ? source.error() : basis.error());
  }
  return Quantity{.kind = kind->value_or(otherwise.kind),
                  .scope = scope->value_or(otherwise.scope),
                  .basis = *basis ? *basis : otherwise.basis,
                  .source = source->value_or(otherwise.source)};
}

Answer<carbon::ZoneSummary> find_series(const Asked& asked, const Named& zone, const Quantity& of) {
  if (zone.zone.empty() || zone.zone.size() > kMaxText) {
    return bad_parameter(zone.parameter, std::format("a zone's name has 1 to {} bytes, not {}",
                                                     kMaxText, zone.zone.size()));
  }
  const auto zones = asked.data.zones();
  if (!zones) {
    return std::unexpected(failure_of(zones.error()));
  }
  return carbon::choose_series({.zone = ZoneId{zone.zone},
                                .kind = of.kind,
                                .scope = of.scope,
                                .basis = of.basis,
                                .source = of.source,
                                .known_at = {},
                                .from = {},
                                .to = {}},
                               **zones)
      .transform([&](std::size_t index) { return (**zones)[index]; })
      .transform_error([&](const Error& error) {
        return error.code == Code::kConflict
                   ? failure_about("source", kBadRequest, error)
                   : failure_about(zone.parameter, zone.unknown_status, error);
      });
}

Instant step_begin(const carbon::ZoneSummary& series, Instant at) {
  return series.first + series.step * steps_to(series, at);
}

Instant step_end(const carbon::ZoneSummary& series, Instant at) {
  const Instant begin = step_begin(series, at);
  return begin == at ? begin : begin + series.step;
}

Answer<void> check_window(const carbon::ZoneSummary& series, const Window& window,
                          const WindowNames& names, std::int64_t most) {
  if (window.to <= window.from) {
    return bad_parameter(
        names.to, std::format("{} does not lie after {} ({})", format_time(window.to), names.from,
                              format_time(window.from)));
  }
  const auto steps = (step_end(series, window.to) - step_begin(series, window.from)) / series.step;
  if (steps > most) {
    return bad_parameter(
        names.to,
        std::format("{} is {} values of {} s after {}; at most {} are given at once",
                    format_time(window.to), steps, series.step.count() / 1000, names.from, most));
  }
  return {};
}

Answer<carbon::Series> read_series(const Asked& asked, const carbon::ZoneSummary& series,
                                   const Window& window, const Which& which) {
  const Window steps{.from = step_begin(series, window.from), .to = step_end(series, window.to)};
  return asked.data.read(query_of(series, steps, which))
      .transform([&](carbon::Series read) {
        hide_after(read, asked.now);
        return read;
      })
      .transform_error(failure_of);
}

}  // namespace drover::api
