// A Store in memory, for tests of what is built on one. Held to the same contract as the real ones.
#pragma once

#include <map>
#include <tuple>
#include <vector>

#include "carbon/store.h"

namespace drover::carbon::testing {

class MemoryStore final : public Store {
 public:
  Result<ImportReport> write(const std::vector<Series>& series) override;
  Result<Series> read(const SeriesQuery& query) override;
  Result<std::vector<ZoneSummary>> zones() override;

 private:
  using Key = std::tuple<ZoneId, Kind, Scope>;
  using All = std::map<Key, Series>;
  static Result<> write_one(All& all, const Series& series, ImportReport& report);

  All all_;
};

}  // namespace drover::carbon::testing
