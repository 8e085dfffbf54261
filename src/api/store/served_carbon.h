// What the carbon API answers from: a store, or the synthetic grid, read by many threads.
#pragma once

#include <memory>

#include "api/carbon_data.h"
#include "api/store/shared_cache.h"
#include "api/store/store_pool.h"
#include "base/time.h"

namespace drover::api {

// `real` ages what is cached, whatever time the data are asked about; it outlives this. Zones are
// looked up every few seconds and a forecast is kept for a minute, so what is imported meanwhile
// shows by then.
class ServedCarbon final : public CarbonData {
 public:
  ServedCarbon(OpenStore open, const Clock& real);

  Result<Zones> zones() override;
  Result<carbon::Series> read(const carbon::SeriesQuery& query) override;
  Result<std::shared_ptr<const IssuedForecast>> forecast(const ForecastQuery& query) override;

 private:
  Result<std::shared_ptr<const IssuedForecast>> issue(const ForecastQuery& query);

  StorePool stores_;
  SharedCache<std::vector<carbon::ZoneSummary>> zones_;
  SharedCache<IssuedForecast> forecasts_;
};

}  // namespace drover::api
