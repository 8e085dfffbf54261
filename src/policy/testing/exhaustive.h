// The planner's oracle: every sequence of zones and idle slots, none left out. Exponential:
// (Z + 1)^D sequences.
#pragma once

#include <optional>

#include "policy/planner.h"

namespace drover::policy::testing {

// The cheapest schedule with at most max_moves moves; absent when there is none. Slow and plain on
// purpose: it shares only the accounting with the planner.
std::optional<Schedule> exhaustive_schedule(const Problem& problem);

}  // namespace drover::policy::testing
