// Follows the cheapest schedule over the forecast's window: the exact planner of planner.h, anew in
// every tick.
//
// Only the schedule's first step is acted on; the next tick plans again from newer forecasts. The
// saving of a decision is what the whole schedule that it begins emits less than staying, over the
// window. docs/models/planner.md.
#pragma once

#include <memory>

#include "policy/policy.h"

namespace drover::policy {

std::unique_ptr<Policy> make_forecast();

}  // namespace drover::policy
