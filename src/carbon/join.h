// One series of several pieces: files of years that follow each other.
#pragma once

#include <vector>

#include "carbon/series.h"

namespace drover::carbon {

// Pieces of the same zone, quantity, source and step become one series with gaps between; sorted by
// zone, scope. kConflict where two pieces say different values for one time, or have other steps.
Result<std::vector<Series>> joined(const std::vector<Series>& pieces);

}  // namespace drover::carbon
