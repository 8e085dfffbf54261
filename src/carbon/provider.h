// Somebody who knows carbon intensities and can be asked for them. Adapters: carbon/gridapi.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "carbon/forecast.h"
#include "carbon/series.h"

namespace drover::carbon {

// What one zone is asked for: one quantity.
struct Feed {
  ZoneId zone;         // as nodes and the store call it
  std::string remote;  // as the provider calls it: a zone id, a region, an EIC code, a location
  std::string signal;  // as the provider's table entry names it, e.g. "direct", "co2_moer"
};

struct ProviderData {
  std::vector<Series> series;
  std::vector<ProviderForecast> forecasts;
};

// Called from one thread. Each call may take as long as the adapter's timeouts and repetitions say.
// What comes back is about feed.zone. No data is a value without series, not an error. Errors:
// kInvalid what repeating does not mend (a wrong token, an unknown zone, an answer that is not
// understood), kNotFound a zone that is not served, kUnavailable and kTimeout the rest.
class Provider {
 public:
  virtual ~Provider() = default;
  // About the last day, up to the newest value.
  virtual Result<ProviderData> recent(const Feed& feed, Instant now) = 0;
  // [from, to), in as many requests as that takes. All or nothing.
  virtual Result<ProviderData> history(const Feed& feed, Instant from, Instant to) = 0;
  // What is expected from `now` on; nothing from a provider that forecasts nothing.
  virtual Result<ProviderData> forecast(const Feed& feed, Instant now) = 0;
};

}  // namespace drover::carbon
