// drover's own CSV, read back as it was written: `start,zone,ci,kind,scope,basis,estimated,imputed,
// source`, a row per step and series, a blank `ci` for a gap. Format: docs/formats/carbon-csv.md.
#pragma once

#include <string>
#include <vector>

#include "carbon/series.h"

namespace drover::carbon {

// All rows of the first series, then of the next. `imputed` is false throughout: what was invented
// is for no other program.
std::string to_csv(const std::vector<Series>& series);

}  // namespace drover::carbon
