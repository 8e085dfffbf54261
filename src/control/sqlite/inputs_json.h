// The inputs of a plan as JSON, exactly: what is read back has the digest of what was written.
// Format: docs/formats/ledger.md.
#pragma once

#include <string>
#include <string_view>

#include "control/record.h"

namespace drover::control {

std::string inputs_to_json(const PlanInputs& inputs);

// kInvalid with what is wrong; never crashes, whatever the text.
Result<PlanInputs> inputs_from_json(std::string_view text);

}  // namespace drover::control
