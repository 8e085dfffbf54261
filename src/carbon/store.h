// Where carbon data lives. Adapters: sqlite and postgres. One contract suite in carbon/testing.
//
// A series is known by zone, kind, scope, basis and source: two sources of one zone are two series,
// never spliced. Values have versions: each keeps the time at which it became known (its issue
// time), so that the data can be read as known at any past moment.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "carbon/forecast.h"
#include "carbon/series.h"

namespace drover::carbon {

struct ImportReport {
  std::int64_t inserted = 0;
  std::int64_t unchanged = 0;
  std::int64_t revised = 0;  // known hours that got a further version
  std::int64_t gaps = 0;

  friend bool operator==(const ImportReport&, const ImportReport&) = default;
};

// A series of which only forecasts are known has first == last_end, and the step of the first one.
struct ZoneSummary {
  ZoneId zone;
  Kind kind = Kind::kAverage;
  Scope scope = Scope::kDirect;
  Basis basis = Basis::kUnstated;
  Instant first;
  Instant last_end;
  Duration step{};
  std::int64_t points = 0;  // known hours, each once however often it was revised
  std::int64_t gaps = 0;
  std::int64_t forecasts = 0;  // issues of provider forecasts kept
  std::string source;

  friend bool operator==(const ZoneSummary&, const ZoneSummary&) = default;
};

struct SeriesQuery {
  ZoneId zone;
  Kind kind = Kind::kAverage;
  Scope scope = Scope::kDirect;
  std::optional<Basis> basis;  // absent: whichever there is
  std::string source;          // empty: whichever there is
  Reported reported = Reported::kAll;
  std::optional<Instant> known_at;  // absent: the newest version of each value
  Instant from;
  Instant to;
};

// What every store checks before it writes: kInvalid for a series that is empty, too long, has a
// negative or absurd value, a name that is no printable UTF-8, marks of another length, or holds
// one class of values only (a gap there is no gap).
Result<> check_storable(const Series& series);

// The same of a forecast; it may not begin before it was issued (a step begun counts).
Result<> check_storable(const ProviderForecast& forecast);

// kConflict unless `more` has the step and the phase of what a store holds of the same series.
Result<> check_continues(const Series& known, const Series& more);

// Which of the series of a zone a query means. kNotFound when none is of its kind, scope, basis and
// source, with what there is instead: the nearest name, or how to get data. kConflict when several
// are, naming them. Of several, those that have nothing of what is wanted are passed over: foreign
// forecasts of another source do not make a zone's values ambiguous. Returns the index into
// `known`.
enum class Wanted { kValues, kForecasts };
Result<std::size_t> choose_series(const SeriesQuery& query, const std::vector<ZoneSummary>& known,
                                  Wanted wanted = Wanted::kValues);

// Not thread-safe. write() is all or nothing, and idempotent: the same data twice changes nothing.
// Intensities are kept to 1 mg/kWh, so all that has three decimals in g/kWh comes back exactly.
class Store {
 public:
  virtual ~Store() = default;
  // `now` is when the store learns of it. A value becomes known at Series::issued, or else when its
  // step ends. What differs from what was known then (by value or by its mark as estimated) is a
  // further version, and the old one stays:
  //  - with Series::issued it is compared with the version of that time, so that old versions may
  //    come late; another value for the very same issue time replaces it, as a restatement;
  //  - without, it is compared with the newest version and becomes known now, or a millisecond
  //    after that one if `now` is not later: what was written last is the newest.
  // A gap in what is written leaves the store as it was: not to know an hour is no news about it.
  virtual Result<ImportReport> write(const std::vector<Series>& series, Instant now) = 0;
  // [from, to) with gaps where nothing is known, and Series::estimated empty when nothing there is.
  // kNotFound and kConflict as choose_series().
  virtual Result<Series> read(const SeriesQuery& query) = 0;
  // Sorted by zone, kind, scope, basis, source.
  virtual Result<std::vector<ZoneSummary>> zones() = 0;

  // All or nothing. One forecast is kept per series and issue time; the same one again changes
  // nothing, another one for the same issue time replaces it. Returns how many are new or replaced.
  virtual Result<std::int64_t> write_forecasts(const std::vector<ProviderForecast>& forecasts) = 0;
  // Those issued in [from, to] (by known_at too if it is set), the oldest first; of the series that
  // the query means; `reported` says nothing here. Empty when there are none; kNotFound and
  // kConflict as choose_series().
  virtual Result<std::vector<ProviderForecast>> read_forecasts(const SeriesQuery& query) = 0;
};

}  // namespace drover::carbon
