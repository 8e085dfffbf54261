// The Carbon Aware SDK's /emissions/forecasts/current and /batch. Only the server's own models
// answer, kSdkForecastHours ahead.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/carbon_data.h"
#include "api/failure.h"
#include "api/parameters.h"
#include "api/rolling.h"

namespace drover::api {

struct SdkForecastQuery {
  std::string location;
  std::optional<Instant> start;         // dataStartAt
  std::optional<Instant> end;           // dataEndAt
  std::optional<Duration> window;       // windowSize
  std::optional<Instant> requested_at;  // absent: now
};

struct SdkForecast {
  std::string location;
  Instant generated_at;
  Instant requested_at;
  Instant start;
  Instant end;
  Duration window{};
  std::vector<MeanOver> data;
  std::vector<MeanOver> optimal;  // all ties
  bool synthetic = false;
};

// A windowSize in minutes; 0 is none.
Answer<std::optional<Duration>> window_of(const std::string& name, std::int64_t minutes);

// One per location. 501 for one whose data carry no forecast now.
Answer<std::vector<SdkForecast>> current_forecasts(const Asked& asked,
                                                   const Parameters& parameters);
Answer<std::vector<SdkForecast>> past_forecasts(const Asked& asked,
                                                const std::vector<SdkForecastQuery>& queries);

}  // namespace drover::api
