// Where carbon data lives. Adapters: sqlite, later postgres. One contract suite in carbon/testing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "carbon/series.h"

namespace drover::carbon {

struct ImportReport {
  std::int64_t inserted = 0;
  std::int64_t unchanged = 0;
  std::int64_t replaced = 0;
  std::int64_t gaps = 0;
};

struct ZoneSummary {
  ZoneId zone;
  Kind kind = Kind::kAverage;
  Scope scope = Scope::kDirect;
  Instant first;
  Instant last_end;
  std::int64_t points = 0;
  std::int64_t gaps = 0;
  std::string source;
};

struct SeriesQuery {
  ZoneId zone;
  Kind kind = Kind::kAverage;
  Scope scope = Scope::kDirect;
  Instant from;
  Instant to;
};

// What every store checks before it writes: kInvalid for a series that is empty, too long or has a
// negative value.
Result<> check_storable(const Series& series);

// kConflict unless `more` has the source, the step and the phase of what a store holds of that
// zone, kind and scope.
Result<> check_continues(const Series& known, const Series& more);

// Not thread-safe. write() is all or nothing, and idempotent: the same data twice changes nothing.
// kNotFound, with what the store has instead: the nearest name, or how to get data. `known` has the
// kind and scope asked for.
std::unexpected<Error> unknown_zone(const SeriesQuery& query,
                                    const std::vector<std::string>& known);

// A gap in what is written leaves the store as it was: not to know an hour is no news about it.
class Store {
 public:
  virtual ~Store() = default;
  virtual Result<ImportReport> write(const std::vector<Series>& series) = 0;
  // [from, to) with gaps where nothing is known. kNotFound when the zone (in that kind and scope)
  // is unknown at all.
  virtual Result<Series> read(const SeriesQuery& query) = 0;
  virtual Result<std::vector<ZoneSummary>> zones() = 0;
};

}  // namespace drover::carbon
