// The process's environment variables.
#pragma once

#include <optional>
#include <string>

namespace drover::os {

// Absent when it is not set. Not while another thread sets one.
std::optional<std::string> environment(const std::string& name);

}  // namespace drover::os
