// Prediction intervals from a model's own past errors, per lead (split-conformal: Vovk et al. 2005;
// Lei et al. 2018).
//
// e_1..e_n are sorted errors (truth - forecast) of forecasts made without their targets. The
// interval of level 1 - a is [f + e_(lo), f + e_(hi)], lo = floor(a/2 (n+1)), hi = ceil((1 - a/2)
// (n+1)), both within 1..n. Errors of neighbouring leads are pooled.
#pragma once

#include <cstddef>
#include <vector>

#include "carbon/forecaster.h"

namespace drover::carbon {

inline constexpr double kIntervalLevel = 0.9;

// What to add to a mean; as long as there are leads. Leads without enough errors (2) take the
// widest of the leads before them; empty when there is none at all.
struct Band {
  std::vector<double> low;   // <= 0
  std::vector<double> high;  // >= 0
};

Band conformal_band(std::vector<std::vector<double>> errors_by_lead, double level);

// Adds intervals to a model that is cheap to fit: its errors at the last 120 issues at the same
// hour of day, each fitted and predicted from what lies before it.
std::unique_ptr<Forecaster> with_intervals(std::unique_ptr<Forecaster> model);

}  // namespace drover::carbon
