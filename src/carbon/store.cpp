#include "carbon/store.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <format>
#include <utility>

#include "base/text.h"

namespace drover::carbon {
namespace {

// Far above any grid and any mistake of units, far below what milligrams in 64 bits can hold.
constexpr double kMaxGrams = 1e9;
constexpr Duration kLongestStep = std::chrono::days{366};
constexpr Instant kEarliest{std::chrono::sys_days{std::chrono::year{1900} / 1 / 1}};
constexpr Instant kLatest{std::chrono::sys_days{std::chrono::year{2300} / 1 / 1}};
constexpr std::size_t kLongestName = 200;

Result<> check_values(const Series& series) {
  for (std::size_t i = 0; i < series.values.size(); ++i) {
    const double grams = series.values[i].value_or(Intensity{}).grams_per_kwh();
    if (!std::isfinite(grams) || grams < 0 || grams > kMaxGrams) {
      return invalid(
          std::format("the value of zone {} at {} is {} gCO2eq/kWh; only 0 to {} can be stored",
                      series.zone, format_time(series.time_of(i)), grams, kMaxGrams));
    }
  }
  return {};
}

// How many bytes the UTF-8 character that begins `text` has; 0 when none does.
std::size_t character_at(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t size = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if ((lead >= 0x80 && lead < 0xc2) || lead > 0xf4 || text.size() < size) {
    return 0;
  }
  std::uint32_t code = size == 1 ? lead : lead & (0x7fU >> size);
  for (const char next : text.substr(1, size - 1)) {
    if ((static_cast<unsigned char>(next) & 0xc0U) != 0x80U) {
      return 0;
    }
    code = code << 6U | (static_cast<unsigned char>(next) & 0x3fU);
  }
  constexpr std::uint32_t kShortest[] = {0x20, 0x80, 0x800, 0x10000};  // control characters neither
  const bool surrogate = code >= 0xd800 && code < 0xe000;
  const bool other = code == 0x7f || surrogate || code > 0x10ffff;
  return code < kShortest[size - 1] || other ? 0 : size;
}

// Not every database takes other bytes, and no person could type them into a query.
Result<> check_name(std::string_view what, const std::string& name) {
  std::size_t next = 0;
  while (next < name.size()) {
    const auto size = character_at(std::string_view(name).substr(next));
    if (size == 0) {
      return invalid(
          std::format("the {} of a series has the byte {:#04x} at position {}; only "
                      "printable UTF-8 can be stored",
                      what, static_cast<unsigned char>(name[next]), next));
    }
    next += size;
  }
  if (name.size() > kLongestName) {
    return invalid(std::format("the {} of a series has {} bytes; up to {} can be stored", what,
                               name.size(), kLongestName));
  }
  return {};
}

Result<> check_times(const Series& series) {
  if (series.step <= Duration{0} || series.step > kLongestStep) {
    return invalid(std::format("the series of zone {} has a step of {}; 1 ms to {} can be stored",
                               series.zone, series.step, kLongestStep));
  }
  // In this order: a length that is too great for a time is never multiplied.
  const auto room = (kLatest - kEarliest) / series.step;
  const bool fits = series.start >= kEarliest && series.start <= kLatest &&
                    std::cmp_less_equal(series.values.size(), room) && series.end() <= kLatest;
  if (!fits) {
    return invalid(std::format("the series of zone {} does not lie within {} to {}", series.zone,
                               format_time(kEarliest), format_time(kLatest)));
  }
  if (series.issued && (*series.issued < kEarliest || *series.issued > kLatest)) {
    return invalid(std::format("the series of zone {} was not issued within {} to {}", series.zone,
                               format_time(kEarliest), format_time(kLatest)));
  }
  return {};
}

bool fits(const SeriesQuery& query, const ZoneSummary& one) {
  return one.zone == query.zone && one.kind == query.kind && one.scope == query.scope &&
         (!query.basis || one.basis == *query.basis) &&
         (query.source.empty() || one.source == query.source);
}

bool has(const ZoneSummary& one, Wanted wanted) {
  return wanted == Wanted::kValues ? one.last_end > one.first : one.forecasts > 0;
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
  if (!series.estimated.empty() && series.estimated.size() != series.values.size()) {
    return invalid(std::format("the series of zone {} has {} values and {} marks of estimated ones",
                               series.zone, series.values.size(), series.estimated.size()));
  }
  if (series.reported != Reported::kAll) {
    return invalid(std::format("the series of zone {} holds {} values only; a store takes all",
                               series.zone, to_string(series.reported)));
  }
  return check_name("zone", series.zone.str())
      .and_then([&] { return check_name("source", series.source); })
      .and_then([&] { return check_times(series); })
      .and_then([&] { return check_values(series); });
}

Result<> check_storable(const ProviderForecast& forecast) {
  const Series& values = forecast.values;
  return check_storable(values).and_then([&]() -> Result<> {
    if (forecast.issued < kEarliest || forecast.issued > kLatest) {
      return invalid(std::format("a forecast of zone {} was not issued within {} to {}",
                                 values.zone, format_time(kEarliest), format_time(kLatest)));
    }
    if (values.start + values.step <= forecast.issued) {
      return invalid(std::format("the forecast of zone {} begins at {}, before it was issued at {}",
                                 values.zone, format_time(values.start),
                                 format_time(forecast.issued)));
    }
    return {};
  });
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

Result<std::size_t> choose_series(const SeriesQuery& query, const std::vector<ZoneSummary>& known,
                                  Wanted wanted) {
  std::vector<std::size_t> fitting;
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (fits(query, known[i])) {
      fitting.push_back(i);
    }
  }
  if (fitting.empty()) {
    return unknown_zone(query, known);
  }
  const auto wanting = [&](std::size_t i) { return !has(known[i], wanted); };
  if (!std::ranges::all_of(fitting, wanting)) {
    std::erase_if(fitting, wanting);
  }
  if (fitting.size() == 1) {
    return fitting.front();
  }
  std::string found;
  for (const std::size_t i : fitting) {
    found += std::format("{}'{}' ({})", found.empty() ? "" : ", ", known[i].source,
                         to_string(known[i].basis));
  }
  return conflict(
      std::format("zone {} has {} from several sources or of several bases: {}; they are never "
                  "mixed: say which (--source, --basis)",
                  query.zone, quantity_of(query), found));
}

}  // namespace drover::carbon
