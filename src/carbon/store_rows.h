// What the adapters of Store share: how values look in a row, and which rows a write adds.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "carbon/store.h"

namespace drover::carbon {

// Integers of mg/kWh, so that equal values are equal. Three decimals of g/kWh are more than any
// provider gives; those come back as the very double that "273.02" was read as.
std::int64_t to_milligrams(Intensity intensity);
Intensity from_milligrams(std::int64_t milligrams);

// One version of one known step: a row of table `point`.
struct Version {
  Instant start;
  Instant issued;
  std::int64_t milligrams = 0;
  bool estimated = false;

  friend bool operator==(const Version&, const Version&) = default;
};

// What Store::write() says of one series, as rows.
struct Additions {
  std::vector<Version> rows;
  std::vector<Version> restated;  // other values of rows that exist: same start and issue time
  ImportReport report;
};

// What a series spans.
struct Extent {
  Instant start;
  Instant end;

  friend bool operator==(const Extent&, const Extent&) = default;
};

// What the series spans once `more` is written as well. kConflict as check_continues(), which a
// series of forecasts alone has no part in.
Result<Extent> extended(const ZoneSummary& known, const Series& more);

ImportReport operator+(const ImportReport& a, const ImportReport& b);

// `known` has all versions of the series in [series.start, series.end()), by start and issue time.
Additions additions_of(const Series& series, std::span<const Version> known, Instant now);

// Sets the slot that the version is of: versions are to come in the order of their issue, so that
// the newest stays. One outside of the series is left out.
void place(const Version& version, Series& into);

// Without marks where nothing is estimated: what was may have been measured since.
Series tidied(Series series);

// "412500,,398000e": mg/kWh of each step, nothing for a gap, e for estimated. Of a forecast, which
// is only ever read whole.
std::string encode_values(const Series& series);
// Sets values and estimated. kInvalid for any other text.
Result<> decode_values(std::string_view text, Series& into);

// The order of Store::zones().
bool listed_before(const ZoneSummary& a, const ZoneSummary& b);

// A new series that ends at `end`.
ZoneSummary summary_of(const Series& series, Instant end);

// Whether a summary is of this very series: zone, kind, scope, basis and source.
bool is_of(const ZoneSummary& summary, const Series& series);

// What a summary says of a series, without values: start and step to slice and to continue.
Series header_of(const ZoneSummary& summary);

// As choose_series(), with the series of the zone at hand: only for an error, the others are asked
// for as well, so that it can say what there is instead. Returns an index into `of_zone`.
template <class All>
Result<std::size_t> choose_of_zone(const SeriesQuery& query,
                                   const std::vector<ZoneSummary>& of_zone, Wanted wanted,
                                   const All& all) {
  auto chosen = choose_series(query, of_zone, wanted);
  if (chosen || chosen.error().code != Code::kNotFound) {
    return chosen;
  }
  return all().and_then([&](const std::vector<ZoneSummary>& summaries) {
    return choose_series(query, summaries, wanted);
  });
}

}  // namespace drover::carbon
