// A short name for what a plan was made from: equal inputs, equal digest. Tells recorded inputs
// from changed ones; no protection against intent.
#pragma once

#include <string>

#include "control/record.h"

namespace drover::control {

// 16 hexadecimal digits: FNV-1a over every field a policy can see, in a fixed order.
std::string digest_of(const PlanInputs& inputs);

}  // namespace drover::control
