// GET /api/v1/carbon/zones: which series there are, page by page.
#pragma once

#include <string>
#include <vector>

#include "api/carbon_data.h"
#include "api/failure.h"
#include "api/parameters.h"

namespace drover::api {

struct ZonePage {
  std::vector<carbon::ZoneSummary> zones;
  std::string next;  // cursor of the page that follows; empty: this is the last
};

// A cursor names the last series of its page, so what is added or taken away in between neither
// repeats nor hides another one.
Answer<ZonePage> list_zones(const Asked& asked, const Parameters& parameters);

}  // namespace drover::api
