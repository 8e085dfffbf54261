// Means of a forecast over windows that slide by its step: when to run something of a given length.
#pragma once

#include <optional>
#include <vector>

#include "carbon/forecast.h"

namespace drover::api {

struct MeanOver {
  Instant from;
  Duration length{};
  Intensity mean;  // to the milligram, so that what looks equal is equal
};

struct RollingQuery {
  std::size_t leads = 0;  // of the forecast, to look at
  Instant from;
  Instant to;
  std::optional<Duration> window;  // absent: the forecast's own steps that overlap [from, to)
};

// Time-weighted means over [from + n*step, from + n*step + window), those that end at `to` or
// before.
std::vector<MeanOver> rolling_means(const carbon::Forecast& forecast, const RollingQuery& query);

// All with the lowest mean.
std::vector<MeanOver> lowest(const std::vector<MeanOver>& means);

}  // namespace drover::api
