#include "carbon/forecast.h"

namespace drover::carbon {

void say_fallback(Forecast& forecast, const std::string& why) {
  if (!forecast.fallback.contains(why)) {
    forecast.fallback = why + (forecast.fallback.empty() ? "" : "; ") + forecast.fallback;
  }
}

}  // namespace drover::carbon
