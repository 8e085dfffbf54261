// `drover shim`: the parent of one container. Hidden; the pod runtime starts one per container, and
// it outlives the agent.
#pragma once

#include <span>
#include <string>

namespace drover::cli {

// Arguments after the subcommand's name. Returns the process's exit code.
int run_shim(std::span<const std::string> arguments);

}  // namespace drover::cli
