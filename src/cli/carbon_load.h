// The data that a command of `drover carbon` works on: from a store, from files, or synthetic.
#pragma once

#include <vector>

#include "carbon/series.h"
#include "cli/carbon_verbs.h"

namespace drover::cli {

// The zones of --zones (all when empty), in that order, each as one series of all that is known;
// of --scope. From --csv, --store or --synthetic. kNotFound for a zone that is not there. All are
// of one quantity, or it is an error.
Result<std::vector<carbon::Series>> load_zones(const CarbonSettings& settings);

}  // namespace drover::cli
