// Where the loop gets its forecasts. Adapters: the carbon store with a forecaster, a grid provider,
// a fixed table.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "carbon/forecast.h"

namespace drover::control {

struct Forecasts {
  std::map<ZoneId, carbon::Forecast> zones;
  std::map<ZoneId, std::string> missing;  // zone -> why there is none
};

struct ForecastRequest {
  std::vector<ZoneId> zones;  // sorted, each once
  Instant now;
  Duration horizon = std::chrono::hours{24};  // how far; a source may have less
};

// Called from the control thread only. Repeatable: the same request gives the same forecasts while
// the data is the same.
class ForecastSource {
 public:
  virtual ~ForecastSource() = default;
  // As issued at the slot that `now` lies in (lead 0 is now), from data before that slot alone,
  // except where the forecast's model says so ("perfect"). A zone that can't be forecast stands in
  // `missing`; it fails no other zone. A simpler model than the configured one says so in
  // Forecast::fallback. An error means that there is none at all.
  virtual Result<Forecasts> issue(const ForecastRequest& request) = 0;
};

}  // namespace drover::control
