// The version of this program, as `drover version` and the agents tell it.
#pragma once

#include <string_view>

namespace drover::cli {

inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace drover::cli
