#include "carbon/testing/memory_store.h"

#include <algorithm>
#include <utility>

namespace drover::carbon::testing {

Result<ImportReport> MemoryStore::write(const std::vector<Series>& series) {
  All changed = all_;
  ImportReport report;
  for (const Series& one : series) {
    if (auto written = write_one(changed, one, report); !written) {
      return std::unexpected(written.error());
    }
  }
  all_ = std::move(changed);
  return report;
}

Result<> MemoryStore::write_one(All& all, const Series& series, ImportReport& report) {
  if (auto checked = check_storable(series); !checked) {
    return checked;
  }
  auto& known = all.try_emplace({series.zone, series.kind, series.scope},
                                *slice(series, series.start, series.start))
                    .first->second;
  if (auto checked = check_continues(known, series); !checked) {
    return checked;
  }
  known = *slice(known, std::min(known.start, series.start), std::max(known.end(), series.end()));
  auto slot = known.values.begin() + (series.start - known.start) / known.step;
  for (const auto& value : series.values) {
    auto& target = *slot++;
    if (!value) {
      ++report.gaps;
    } else {
      ++(!target ? report.inserted : target == value ? report.unchanged : report.replaced);
      target = value;
    }
  }
  return {};
}

Result<Series> MemoryStore::read(const SeriesQuery& query) {
  const auto found = all_.find({query.zone, query.kind, query.scope});
  if (found != all_.end()) {
    return slice(found->second, query.from, query.to);
  }
  std::vector<std::string> names;
  for (const auto& [key, series] : all_) {
    if (series.kind == query.kind && series.scope == query.scope) {
      names.push_back(series.zone.str());
    }
  }
  return unknown_zone(query, names);
}

Result<std::vector<ZoneSummary>> MemoryStore::zones() {
  std::vector<ZoneSummary> summaries;
  for (const auto& [key, series] : all_) {
    const auto gaps = std::ranges::count(series.values, std::optional<Intensity>{});
    summaries.push_back({.zone = series.zone,
                         .kind = series.kind,
                         .scope = series.scope,
                         .first = series.start,
                         .last_end = series.end(),
                         .points = static_cast<std::int64_t>(series.values.size()) - gaps,
                         .gaps = gaps,
                         .source = series.source});
  }
  return summaries;
}

}  // namespace drover::carbon::testing
