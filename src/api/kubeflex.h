// What KubeFlex's metadata service answers to POST / {"duration": hours}: hourly direct average
// intensities expected of every zone from the current hour on, and the lowest of them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "api/carbon_data.h"
#include "api/failure.h"

namespace drover::api {

struct HourlyIntensity {
  ZoneId zone;
  Instant hour;
  Intensity mean;
};

struct KubeflexForecasts {
  std::vector<HourlyIntensity> lowest;  // of each hour
  std::map<ZoneId, std::vector<HourlyIntensity>> by_zone;
  std::map<ZoneId, std::string> missing;  // zones without a forecast, and why
};

Answer<KubeflexForecasts> kubeflex_forecasts(const Asked& asked, double hours);

}  // namespace drover::api
