// GET /api/v1/carbon/zones/{zone}/forecast: what is expected of a zone.
#pragma once

#include <memory>
#include <string>

#include "api/carbon_data.h"
#include "api/failure.h"
#include "api/parameters.h"

namespace drover::api {

// A forecast, and how many of its leads were asked for.
struct ZoneForecast {
  std::shared_ptr<const IssuedForecast> issued;
  std::size_t leads = 0;

  [[nodiscard]] const carbon::Forecast& forecast() const { return issued->forecast; }
  [[nodiscard]] Instant end() const {
    return forecast().issued + forecast().step * static_cast<Duration::rep>(leads);
  }
};

struct Issue {
  Instant at;  // the step that holds it is the first one
  std::int64_t hours = 0;
  std::string model;
};

// `no_forecast` is the status when the zone's history carries none.
Answer<ZoneForecast> issue(const Asked& asked, const carbon::ZoneSummary& series,
                           const Issue& wanted, int no_forecast = kConflict);

// 400 for an issue time after `now`: what came to be known since then would be used.
Answer<ZoneForecast> zone_forecast(const Asked& asked, const std::string& zone,
                                   const Parameters& parameters);

}  // namespace drover::api
