// `drover bench migration`: how long a Redis stands still when it is moved, beside the same done by
// hand.
#pragma once

#include "cli/command.h"

namespace drover::cli {

void add_bench(CLI::App& app, Action& action);

}  // namespace drover::cli
