// What a store knows of a zone at a moment, cut for a forecaster.
#pragma once

#include <optional>

#include "carbon/history.h"
#include "carbon/store.h"

namespace drover::carbon {

// Of the series that `what` means (its from and to say nothing here): two years and a bit before
// `at`, which is more than any model looks back, and the foreign forecasts of the last weeks: those
// of the series' own source, else of the one other source that forecasts the same quantity; with
// several nothing says whom to take, and none is.
//
// `step`: a finer series becomes means over it. Errors as Store::read, and kInvalid when `at` is
// not on a step.
Result<History> history_before(Store& store, const SeriesQuery& what, Instant at,
                               std::optional<Duration> step = std::nullopt);

}  // namespace drover::carbon
