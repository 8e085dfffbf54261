// The Carbon Aware SDK (Green Software Foundation): lists of emissions, forecasts, averages, and
// its JSON data file. It hands on what its own source gave, so kind, scope and basis are the
// caller's to say.
#pragma once

#include <string_view>

#include "carbon/wire/answer.h"

namespace drover::carbon::wire {

// WireOptions::scope must be given, as no document says it. Of several locations WireOptions::zone
// picks one. Forecasts whose windows overlap (windowSize above the step) are refused: they are
// smoothed and no values of a step.
Result<Answer> parse_carbon_aware(std::string_view json, const WireOptions& options);

}  // namespace drover::carbon::wire
