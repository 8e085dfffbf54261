// Plans again from recorded inputs: the same policy must decide the same, a changed one shows what
// it would have done.
#pragma once

#include <string>
#include <vector>

#include "control/record.h"
#include "policy/policy.h"

namespace drover::control {

// What one decision became. Equal decisions are no difference.
struct Difference {
  WorkloadId workload;
  std::string recorded;  // "n1 -> n2: reason", or "no decision"
  std::string replayed;
};

// Pure. kInvalid when the tick was recorded without inputs, or they no longer have their recorded
// digest.
Result<std::vector<Difference>> replay(const TickRecord& tick, const policy::Policy& policy);

}  // namespace drover::control
