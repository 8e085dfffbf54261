#include "control/testing/table_forecasts.h"

#include <algorithm>

namespace drover::control::testing {

Result<Forecasts> TableForecasts::issue(const ForecastRequest& request) {
  if (error) {
    return std::unexpected(*error);
  }
  constexpr Duration kHour = std::chrono::hours{1};
  const auto first = static_cast<std::size_t>((request.now - start_) / kHour);
  const auto leads = static_cast<std::size_t>(request.horizon / kHour);
  Forecasts forecasts;
  for (const auto& zone : request.zones) {
    const auto row = intensities_.find(zone);
    if (broken.contains(zone)) {
      forecasts.missing[zone] = broken[zone];
    } else if (row == intensities_.end() || first >= row->second.size()) {
      forecasts.missing[zone] = "no data";
    } else {
      auto& forecast = forecasts.zones[zone];
      forecast.zone = zone;
      forecast.issued = start_ + kHour * static_cast<Duration::rep>(first);
      forecast.model = "perfect";
      forecast.fallback = fallbacks.contains(zone) ? fallbacks[zone] : "";
      const auto last = std::min(first + leads, row->second.size());
      for (auto hour = first; hour < last; ++hour) {
        forecast.mean.push_back(Intensity::grams_per_kwh(row->second[hour]));
      }
    }
  }
  return forecasts;
}

}  // namespace drover::control::testing
