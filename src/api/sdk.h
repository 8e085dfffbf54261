// The read routes of the Carbon Aware SDK's Web API (Green Software Foundation) that tell what is
// known: /emissions/bylocation…, /emissions/average-carbon-intensity, /locations. A location is a
// zone. Times are not cut to the data's steps: whatever overlaps is given, whole.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/carbon_data.h"
#include "api/failure.h"
#include "api/parameters.h"

namespace drover::api {

struct Emission {
  std::string location;
  Instant time;
  Intensity rating;
  Duration duration{};
  bool synthetic = false;
};

// The values of the parameters `location` and `locations`: one at least, kMaxLocations at most.
Answer<std::vector<std::string>> read_locations(const Parameters& parameters);

// Between `time` and `toTime`; without both the latest known value of each location. Unknown steps
// are left out; empty is 204.
Answer<std::vector<Emission>> emissions(const Asked& asked, const Parameters& parameters);
// Of exactly one location.
Answer<std::vector<Emission>> emissions_of_one(const Asked& asked, const Parameters& parameters);
// Those of them with the lowest rating, ties and all. 400 when the locations' data are of different
// kinds: direct and lifecycle values, or consumption- and production-based ones, do not compare.
Answer<std::vector<Emission>> best_emissions(const Asked& asked, const Parameters& parameters);

struct AverageQuery {
  std::string location;
  Instant start;
  Instant end;
};

struct Average {
  AverageQuery of;
  std::optional<Intensity> mean;  // absent: too much of it is unknown
  std::size_t imputed = 0;        // steps that were unknown and filled (carbon/gaps.h)
  bool synthetic = false;
};

// Time-weighted. `where` begins the names of parameters in errors: "[3]." for an item of a batch.
Answer<Average> average(const Asked& asked, const AverageQuery& query,
                        const std::string& where = "");
Answer<Average> average(const Asked& asked, const Parameters& parameters);
// 400 unless all are of one location.
Answer<std::vector<Average>> averages(const Asked& asked, const std::vector<AverageQuery>& queries);

// Each zone once, whatever of it is known.
Answer<std::vector<ZoneId>> locations(const Asked& asked);

}  // namespace drover::api
