// A Store in memory, for tests of what is built on one. Held to the same contract as the real ones,
// and written apart from them, so that each can be checked against it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "carbon/store.h"

namespace drover::carbon::testing {

class MemoryStore final : public Store {
 public:
  Result<ImportReport> write(const std::vector<Series>& series, Instant now) override;
  Result<Series> read(const SeriesQuery& query) override;
  Result<std::vector<ZoneSummary>> zones() override;
  Result<std::int64_t> write_forecasts(const std::vector<ProviderForecast>& forecasts) override;
  Result<std::vector<ProviderForecast>> read_forecasts(const SeriesQuery& query) override;

 private:
  using Key = std::tuple<ZoneId, Kind, Scope, Basis, std::string>;
  struct Value {
    Intensity intensity;  // rounded to the milligram
    bool estimated = false;
    friend bool operator==(const Value&, const Value&) = default;
  };
  using Versions = std::map<Instant, Value>;  // by when each became known
  struct One {
    Series header;  // start and step; no values
    Instant end;
    std::map<Instant, Versions> steps;
    std::map<Instant, Series> forecasts;
  };
  using All = std::map<Key, One>;

  static Key key_of(const Series& series);
  static Result<> write_one(All& all, const Series& series, Instant now, ImportReport& report);
  static void write_value(Versions& versions, const Value& value, std::optional<Instant> issued,
                          Instant otherwise, ImportReport& report);
  Result<const One*> choose(const SeriesQuery& query, Wanted wanted);

  All all_;
};

}  // namespace drover::carbon::testing
