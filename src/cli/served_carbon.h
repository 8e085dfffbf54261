// What the carbon API answers from: a store, or the synthetic grid, read by many threads.
#pragma once

#include <memory>

#include "api/carbon_data.h"
#include "base/time.h"
#include "cli/shared_cache.h"
#include "cli/store_pool.h"

namespace drover::cli {

// `real` ages what is cached, whatever time the data are asked about; it outlives this. Zones are
// looked up every few seconds and a forecast is kept for a minute, so what is imported meanwhile
// shows by then.
class ServedCarbon final : public api::CarbonData {
 public:
  ServedCarbon(OpenStore open, const Clock& real);

  Result<api::Zones> zones() override;
  Result<carbon::Series> read(const carbon::SeriesQuery& query) override;
  Result<std::shared_ptr<const api::IssuedForecast>> forecast(
      const api::ForecastQuery& query) override;

 private:
  Result<std::shared_ptr<const api::IssuedForecast>> issue(const api::ForecastQuery& query);

  StorePool stores_;
  SharedCache<std::vector<carbon::ZoneSummary>> zones_;
  SharedCache<api::IssuedForecast> forecasts_;
};

}  // namespace drover::cli
