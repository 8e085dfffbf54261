// GET /api/v1/carbon/zones/{zone}/intensity: what is known of a zone, or its latest known value.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "api/carbon_data.h"
#include "api/failure.h"
#include "api/parameters.h"
#include "api/series.h"
#include "carbon/series.h"

namespace drover::api {

struct Latest {
  carbon::Series quantity;  // without values
  Instant at;
  Intensity value;
  bool estimated = false;
  Duration age{};  // since the end of its step; 0 while that lasts
};

using KnownIntensity = std::variant<carbon::Series, Latest>;

// Of a series, at or before `now`; absent when there is none.
Answer<std::optional<Latest>> latest_value(const Asked& asked, const carbon::ZoneSummary& series,
                                           const Which& which = {});

// Unknown steps are gaps, and so are all that begin after `now`.
Answer<KnownIntensity> known_intensity(const Asked& asked, const std::string& zone,
                                       const Parameters& parameters);

}  // namespace drover::api
