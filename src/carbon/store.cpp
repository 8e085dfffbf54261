#include "carbon/store.h"

#include <cmath>
#include <format>

#include "base/text.h"

namespace drover::carbon {

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
  for (std::size_t i = 0; i < series.values.size(); ++i) {
    const double grams = series.values[i].value_or(Intensity{}).grams_per_kwh();
    if (!std::isfinite(grams) || grams < 0) {
      return invalid(std::format(
          "the value of zone {} at {} is {} gCO2eq/kWh; only 0 and above can be stored",
          series.zone, format_time(series.start + series.step * static_cast<Duration::rep>(i)),
          grams));
    }
  }
  return {};
}

Result<> check_continues(const Series& known, const Series& more) {
  const auto refuse = [&](std::string why) {
    return conflict(std::format("zone {} ({} {}): {}; use another store for it", known.zone,
                                to_string(known.kind), to_string(known.scope), why));
  };
  if (known.source != more.source) {
    return refuse(
        std::format("the data there come from '{}', these from '{}', and sources are never spliced",
                    known.source, more.source));
  }
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

std::unexpected<Error> unknown_zone(const SeriesQuery& query,
                                    const std::vector<std::string>& known) {
  constexpr std::size_t kListed = 12;
  const std::vector<std::string_view> names(known.begin(), known.end());
  std::string hint = "; import some first (drover carbon import)";
  if (!known.empty()) {
    const bool list = known.size() <= kListed || !nearest(query.zone.str(), names).empty();
    hint = list ? suggest(query.zone.str(), names)
                : std::format("; {} other zones are known (drover carbon list)", known.size());
  }
  return not_found(std::format("no {} {} carbon intensity of zone {}{}", to_string(query.kind),
                               to_string(query.scope), query.zone, hint));
}

}  // namespace drover::carbon
