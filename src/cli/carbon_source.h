// Where a cluster's carbon data comes from: its store, or the synthetic grid.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "carbon/forecaster.h"
#include "carbon/store.h"
#include "cluster/local/cluster_file.h"
#include "control/forecast_source.h"

namespace drover::cli {

// Not thread-safe; cheap enough to be made where it is needed.
class CarbonSource {
 public:
  // kNotFound when the store is not there and nothing is fetched into it.
  static Result<CarbonSource> make(const cluster::local::CarbonEntry& entry);

  [[nodiscard]] bool synthetic() const { return store_ == nullptr; }
  [[nodiscard]] Result<std::vector<ZoneId>> zones() const;
  // Whole hours; unknown ones are gaps. kNotFound when the zone is not known.
  [[nodiscard]] Result<carbon::Series> read(const ZoneId& zone, Instant from, Instant to) const;
  // What was known before `at`, a whole hour; with the foreign forecasts of the store.
  [[nodiscard]] Result<carbon::History> history(const ZoneId& zone, Instant at) const;
  // Of the hour that `now` lies in, as it really is; absent where that is not known.
  [[nodiscard]] std::optional<Intensity> intensity(const ZoneId& zone, Instant now) const;

 private:
  explicit CarbonSource(cluster::local::CarbonEntry entry) : entry_(std::move(entry)) {}
  [[nodiscard]] Result<carbon::SeriesQuery> query(const ZoneId& zone) const;

  cluster::local::CarbonEntry entry_;
  std::unique_ptr<carbon::Store> store_;  // null: the synthetic grid
};

class CarbonForecasts final : public control::ForecastSource {
 public:
  CarbonForecasts(CarbonSource source, std::unique_ptr<carbon::Forecaster> model)
      : source_(std::move(source)), model_(std::move(model)) {}
  Result<control::Forecasts> issue(const control::ForecastRequest& request) override;

 private:
  CarbonSource source_;
  std::unique_ptr<carbon::Forecaster> model_;
};

// What only the tables of policies and forecasters and the carbon data can tell of a cluster file:
// unknown names, each as "file:line: field: 'value': …", all at once.
Result<> check_names(const cluster::local::ClusterFile& cluster, const std::filesystem::path& file);

}  // namespace drover::cli
