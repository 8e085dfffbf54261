// Carbon intensity as text: a bar per hour when short, a line per day when long. Pure.
#pragma once

#include <string>

#include "carbon/series.h"

namespace drover::cli {

// One line per step with a bar, up to two days; a line per day with a sparkline when longer. A gap
// is drawn as a gap and said to be unknown. Ends with a line that tells the scale.
std::string plot(const carbon::Series& series);

// "SYNTHETIC DE, direct average carbon intensity in gCO2eq/kWh (source: synthetic)".
std::string plot_title(const carbon::Series& series);

}  // namespace drover::cli
