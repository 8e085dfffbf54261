#include "carbon/store.h"

#include <algorithm>
#include <cmath>
#include <format>

#include "base/text.h"

namespace drover::carbon {
namespace {

Result<> check_values(const Series& series) {
  for (std::size_t i = 0; i < series.values.size(); ++i) {
    const double grams = series.values[i].value_or(Intensity{}).grams_per_kwh();
    if (!std::isfinite(grams) || grams < 0) {
      return invalid(
          std::format("the value of zone {} at {} is {} gCO2eq/kWh; only 0 and above can be stored",
                      series.zone, format_time(series.time_of(i)), grams));
    }
  }
  return {};
}

std::string quantity_of(const SeriesQuery& query) {
  std::string text = std::format("{} {}", to_string(query.kind), to_string(query.scope));
  if (query.basis) {
    text += std::format(" {}-based", to_string(*query.basis));
  }
  text += " carbon intensity";
  return query.source.empty() ? text : text + std::format(" of source '{}'", query.source);
}

std::unexpected<Error> unknown_zone(const SeriesQuery& query,
                                    const std::vector<ZoneSummary>& known) {
  constexpr std::size_t kListed = 12;
  std::vector<std::string_view> names;
  for (const auto& summary : known) {
    const std::string& zone = summary.zone.str();
    if (summary.kind == query.kind && summary.scope == query.scope &&
        (names.empty() || names.back() != zone)) {
      names.push_back(zone);
    }
  }
  std::string hint = "; import some first (drover carbon import)";
  if (std::ranges::contains(names, query.zone.str())) {
    hint = "; `drover carbon list` shows what there is";
  } else if (!names.empty()) {
    const bool list = names.size() <= kListed || !nearest(query.zone.str(), names).empty();
    hint = list ? suggest(query.zone.str(), names)
                : std::format("; {} other zones are known (drover carbon list)", names.size());
  }
  return not_found(std::format("no {} of zone {}{}", quantity_of(query), query.zone, hint));
}

}  // namespace

Result<> check_storable(const Series& series) {
  if (series.zone.empty()) {
    return invalid("a series without a zone cannot be stored");
  }
  if (series.values.empty() || series.values.size() > static_cast<std::size_t>(kMaxSlots)) {
    return invalid(std::format("the series of zone {} has {} values; 1 to {} can be stored",
                               series.zone, series.values.size(), kMaxSlots));
  }
  if (series.step <= Duration{0}) {
    return invalid(std::format("the series of zone {} has a step of {}; it must be positive",
                               series.zone, series.step));
  }
  if (!series.estimated.empty() && series.estimated.size() != series.values.size()) {
    return invalid(std::format("the series of zone {} has {} values and {} marks of estimated ones",
                               series.zone, series.values.size(), series.estimated.size()));
  }
  if (series.reported != Reported::kAll) {
    return invalid(std::format("the series of zone {} holds {} values only; a store takes all",
                               series.zone, to_string(series.reported)));
  }
  return check_values(series);
}

Result<> check_storable(const ProviderForecast& forecast) {
  const Series& values = forecast.values;
  if (values.end() <= forecast.issued || values.start + values.step <= forecast.issued) {
    return invalid(std::format("the forecast of zone {} begins at {}, before it was issued at {}",
                               values.zone, format_time(values.start),
                               format_time(forecast.issued)));
  }
  return check_storable(values);
}

Result<> check_continues(const Series& known, const Series& more) {
  const auto refuse = [&](std::string why) {
    return conflict(std::format("zone {} ({} {}): {}; use another store for it", known.zone,
                                to_string(known.kind), to_string(known.scope), why));
  };
  if (known.step != more.step) {
    return refuse(
        std::format("the data there have a step of {}, these of {}", known.step, more.step));
  }
  if ((known.start - more.start) % known.step != Duration{0}) {
    return refuse(std::format(
        "the data there start at {}, these at {}, which is not a whole number of steps of {} apart",
        format_time(known.start), format_time(more.start), known.step));
  }
  return {};
}

Result<std::size_t> choose_series(const SeriesQuery& query, const std::vector<ZoneSummary>& known) {
  std::vector<std::size_t> fitting;
  std::string found;
  for (std::size_t i = 0; i < known.size(); ++i) {
    const ZoneSummary& one = known[i];
    if (one.zone == query.zone && one.kind == query.kind && one.scope == query.scope &&
        (!query.basis || one.basis == *query.basis) &&
        (query.source.empty() || one.source == query.source)) {
      fitting.push_back(i);
      found +=
          std::format("{}'{}' ({})", found.empty() ? "" : ", ", one.source, to_string(one.basis));
    }
  }
  if (fitting.empty()) {
    return unknown_zone(query, known);
  }
  if (fitting.size() > 1) {
    return conflict(std::format(
        "zone {} has {} from several sources: {}; they are never mixed: say which (--source)",
        query.zone, quantity_of(query), found));
  }
  return fitting.front();
}

}  // namespace drover::carbon
