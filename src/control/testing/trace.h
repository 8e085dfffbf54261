// A tick as text, whole and exact: what golden traces are made of.
#pragma once

#include <string>

#include "control/loop.h"

namespace drover::control::testing {

std::string trace_of(const TickReport& report, const View& view);

}  // namespace drover::control::testing
