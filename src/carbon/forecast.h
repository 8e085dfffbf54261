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
  std::string model;     // name in the forecaster table, e.g. "seasonal-naive-24h", "perfect"
  std::string fallback;  // empty, or why a simpler model was used than asked for
};

}  // namespace drover::carbon
