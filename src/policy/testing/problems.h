// Random planning problems for properties.
#pragma once

#include <rapidcheck.h>

#include "policy/planner.h"

namespace drover::policy::testing {

struct ProblemShape {
  std::size_t max_zones = 3;
  std::size_t max_slots = 8;
  std::size_t max_moves = 3;
  bool gaps = false;
  bool jobs = false;  // some have an end, may wait, be suspended, and move slowly
};

// Intensities are drawn from few values as often as from many, so that ties are common.
rc::Gen<Problem> any_problem(ProblemShape shape = {});

}  // namespace drover::policy::testing
