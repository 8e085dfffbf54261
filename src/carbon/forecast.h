// A forecast of one zone's carbon intensity, as issued at a moment.
#pragma once

#include <string>
#include <vector>

#include "carbon/series.h"

namespace drover::carbon {

// mean[k] is for [issued + k*step, issued + (k+1)*step). Lead 0 is the hour that begins at
// `issued`.
struct Forecast {
  ZoneId zone;
  Instant issued;
  Duration step = std::chrono::hours{1};
  std::vector<Intensity> mean;
  // The interval that holds the truth with probability `level`; as long as mean, or empty where a
  // model knows none. 0 <= low <= mean <= high.
  std::vector<Intensity> low;
  std::vector<Intensity> high;
  double level = 0.9;
  std::string model;     // name in the forecaster table, e.g. "seasonal-naive-24h", "perfect"
  std::string fallback;  // empty, or why a simpler model was used than asked for
};

// What somebody else expects, as received: a grid provider, or a file of foreign forecasts.
struct ProviderForecast {
  Instant issued;  // when it was made, or received when the provider does not say
  Series values;   // from `issued` on or later; Series::issued is unset
};

// Puts why a simpler model took over before what is said already, each reason once.
void say_fallback(Forecast& forecast, const std::string& why);

}  // namespace drover::carbon
