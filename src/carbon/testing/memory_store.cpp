#include "carbon/testing/memory_store.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <ranges>
#include <utility>

namespace drover::carbon::testing {
namespace {

Intensity rounded(Intensity intensity) {
  return Intensity::grams_per_kwh(std::round(intensity.grams_per_kwh() * 1000) / 1000);
}

// As a store gives it back: rounded, and without marks where nothing is marked.
Series kept(Series series) {
  for (auto& value : series.values) {
    value = value.transform(rounded);
  }
  for (std::size_t i = 0; i < series.estimated.size(); ++i) {
    series.estimated[i] = series.estimated[i] && series.values[i];
  }
  if (!std::ranges::contains(series.estimated, true)) {
    series.estimated.clear();
  }
  series.issued = std::nullopt;
  return series;
}

bool same(const Series& a, const Series& b) {
  return a.start == b.start && a.step == b.step && a.values == b.values &&
         a.estimated == b.estimated;
}

}  // namespace

MemoryStore::Key MemoryStore::key_of(const Series& series) {
  return {series.zone, series.kind, series.scope, series.basis, series.source};
}

Result<ImportReport> MemoryStore::write(const std::vector<Series>& series, Instant now) {
  All changed = all_;
  ImportReport report;
  for (const Series& one : series) {
    if (auto written = write_one(changed, one, now, report); !written) {
      return std::unexpected(written.error());
    }
  }
  all_ = std::move(changed);
  return report;
}

Result<> MemoryStore::write_one(All& all, const Series& series, Instant now, ImportReport& report) {
  if (auto checked = check_storable(series); !checked) {
    return checked;
  }
  One& known = all[key_of(series)];
  if (known.header.start == known.end) {
    known.header = *slice(series, series.start, series.start);
    known.end = series.end();
  }
  if (auto checked = check_continues(known.header, series); !checked) {
    return checked;
  }
  known.header.start = std::min(known.header.start, series.start);
  known.end = std::max(known.end, series.end());
  for (std::size_t i = 0; i < series.values.size(); ++i) {
    if (!series.values[i]) {
      ++report.gaps;
      continue;
    }
    Versions& versions = known.steps[series.time_of(i)];
    const Instant otherwise = versions.empty()
                                  ? series.time_of(i) + series.step
                                  : std::max(now, versions.rbegin()->first + Duration{1});
    write_value(versions, {rounded(*series.values[i]), series.is_estimated(i)}, series.issued,
                otherwise, report);
  }
  return {};
}

void MemoryStore::write_value(Versions& versions, const Value& value, std::optional<Instant> issued,
                              Instant otherwise, ImportReport& report) {
  const auto after = issued ? versions.upper_bound(*issued) : versions.end();
  if (after != versions.begin() && std::prev(after)->second == value) {
    ++report.unchanged;
    return;
  }
  ++(versions.empty() ? report.inserted : report.revised);
  versions[issued.value_or(otherwise)] = value;
}

Result<const MemoryStore::One*> MemoryStore::choose(const SeriesQuery& query, Wanted wanted) {
  return choose_series(query, *zones(), wanted).transform([&](std::size_t chosen) {
    return &std::next(all_.begin(), static_cast<std::ptrdiff_t>(chosen))->second;
  });
}

Result<Series> MemoryStore::read(const SeriesQuery& query) {
  const auto chosen = choose(query, Wanted::kValues);
  if (!chosen) {
    return std::unexpected(chosen.error());
  }
  auto series = slice((*chosen)->header, query.from, query.to);
  if (!series) {
    return series;
  }
  series->estimated.assign(series->values.size(), false);
  for (std::size_t i = 0; i < series->values.size(); ++i) {
    const auto found = (*chosen)->steps.find(series->time_of(i));
    if (found == (*chosen)->steps.end()) {
      continue;
    }
    const Versions& versions = found->second;
    const auto after = query.known_at ? versions.upper_bound(*query.known_at) : versions.end();
    if (after != versions.begin()) {
      series->values[i] = std::prev(after)->second.intensity;
      series->estimated[i] = std::prev(after)->second.estimated;
    }
  }
  return only(kept(*series), query.reported);
}

Result<std::vector<ZoneSummary>> MemoryStore::zones() {
  std::vector<ZoneSummary> summaries;
  for (const auto& one : all_ | std::views::values) {
    const auto points = static_cast<std::int64_t>(one.steps.size());
    summaries.push_back({.zone = one.header.zone,
                         .kind = one.header.kind,
                         .scope = one.header.scope,
                         .basis = one.header.basis,
                         .first = one.header.start,
                         .last_end = one.end,
                         .step = one.header.step,
                         .points = points,
                         .gaps = (one.end - one.header.start) / one.header.step - points,
                         .forecasts = static_cast<std::int64_t>(one.forecasts.size()),
                         .source = one.header.source});
  }
  return summaries;
}

Result<std::int64_t> MemoryStore::write_forecasts(const std::vector<ProviderForecast>& forecasts) {
  All changed = all_;
  std::int64_t count = 0;
  for (const ProviderForecast& forecast : forecasts) {
    if (auto checked = check_storable(forecast); !checked) {
      return std::unexpected(checked.error());
    }
    const Series values = kept(forecast.values);
    const auto [place, fresh] = changed.try_emplace(key_of(values));
    One& known = place->second;
    if (fresh) {
      known.header = *slice(values, values.start, values.start);
      known.end = values.start;
    }
    const auto [slot, first] = known.forecasts.try_emplace(forecast.issued, values);
    count += first || !same(slot->second, values) ? 1 : 0;
    slot->second = values;
  }
  all_ = std::move(changed);
  return count;
}

Result<std::vector<ProviderForecast>> MemoryStore::read_forecasts(const SeriesQuery& query) {
  return choose(query, Wanted::kForecasts).transform([&](const One* one) {
    std::vector<ProviderForecast> found;
    for (const auto& [issued, values] : one->forecasts) {
      if (issued >= query.from && issued <= query.to &&
          (!query.known_at || issued <= *query.known_at)) {
        found.push_back({.issued = issued, .values = values});
      }
    }
    return found;
  });
}

}  // namespace drover::carbon::testing
