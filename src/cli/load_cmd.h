// `drover load redis`: a client that proves that a Redis loses nothing. Not in the summary; for the
// demo, tests and bench.
#pragma once

#include "cli/command.h"

namespace drover::cli {

// Exit code 1: errors, lost, duplicated or corrupted data.
void add_load(CLI::App& app, Action& action);

}  // namespace drover::cli
