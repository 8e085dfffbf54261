// Carbon intensity as text: a bar per hour when short, a line per day when long. Pure.
#pragma once

#include <string>

#include "carbon/forecast.h"
#include "cli/chart.h"

namespace drover::cli {

// One line per step with a bar, up to two days; a line per day with a sparkline when longer. A gap
// is drawn as a gap and said to be unknown. Ends with a line that tells the scale.
std::string plot(const carbon::Series& series);

// The same of what is expected, with its interval where it has one: solid up to its low end, darker
// shade up to the mean, lighter shade up to its high end.
std::string plot(const carbon::Forecast& forecast, const carbon::Series& history);

// For files: the series; or what was known last and what is expected, with the interval as a band.
TimeChart chart(const carbon::Series& series);
TimeChart chart(const carbon::Forecast& forecast, const carbon::Series& history);

// "SYNTHETIC DE, direct average carbon intensity in gCO2eq/kWh (source: synthetic)".
std::string plot_title(const carbon::Series& series);

}  // namespace drover::cli
