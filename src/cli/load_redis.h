// `drover load redis`: a client that proves that a Redis loses nothing. Not in the summary; for the demo, tests and bench.
#pragma once

#include <span>
#include <string>

namespace drover::cli {

// Arguments after `load`. Exit code 0: faultless; 1: errors, lost, duplicated or corrupted data, or no connection; 64: bad usage.
int run_load(std::span<const std::string> arguments);

}  // namespace drover::cli
