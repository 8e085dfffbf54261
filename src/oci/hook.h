// CRIU's action script in a restore: the point at which a proven copy waits for the decision.
#pragma once

#include <filesystem>

#include "oci/environment.h"

namespace drover::oci {

// The file name under which drover-runtime is the hook of the rendezvous directory that it is
// called from.
inline constexpr const char* kHookName = "hook";

// At post-restore: says so, and waits for `commit` (0: the copy may run) or `abort` (not 0: CRIU
// kills it). At pre-resume: says so.
int run_hook(const std::filesystem::path& rendezvous, const Environment& environment);

}  // namespace drover::oci
