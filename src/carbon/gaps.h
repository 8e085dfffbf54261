// Filling gaps: never done behind a caller's back, always a named choice, and what was filled stays
// marked.
#pragma once

#include <cstddef>
#include <vector>

#include "carbon/series.h"

namespace drover::carbon {

enum class GapPolicy {
  kKeep,         // gaps stay gaps
  kRecommended,  // up to 3 h: linear between both neighbours; up to 24 h: same hour of the day
                 // before; longer: kept
};

// A series that is partly invented. Not for a Store: an imputed value must not pass for a measured
// one.
struct Filled {
  Series series;
  std::vector<bool> imputed;  // as long as series.values; true: invented here
  std::size_t imputed_count = 0;
  std::size_t gaps_left = 0;
};

// Only measured values of `series` are used to fill, so a filled hour never feeds another one.
Filled fill_gaps(const Series& series, GapPolicy policy);

}  // namespace drover::carbon
