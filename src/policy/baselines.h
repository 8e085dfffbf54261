// The policies that look at no more than the present: what the forecast policy is measured against.
#pragma once

#include <memory>

#include "policy/policy.h"

namespace drover::policy {

// Never moves anything. States what staying is expected to emit.
std::unique_ptr<Policy> make_stay();

// Goes to the zone with the lowest intensity now (lead 0), whatever comes later and whatever the
// move costs, as long as the budget has moves left. Ties stay, then the lowest zone id. The greedy
// hourly policy of KubeFlex's code.
std::unique_ptr<Policy> make_immediate();

}  // namespace drover::policy
