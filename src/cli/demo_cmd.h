// `drover demo`: a live Redis follows a carbon forecast through two days, in a minute.
#pragma once

#include "cli/command.h"

namespace drover::cli {

// Exit code 1: a claim of the report does not hold, or it was interrupted.
void add_demo(CLI::App& app, Action& action);

}  // namespace drover::cli
