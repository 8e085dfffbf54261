// One process at a time: for `up` and `down` on a cluster, for the controller, for each agent.
#pragma once

#include <filesystem>
#include <string>

#include "os/file.h"

namespace drover::cluster::local {

// Held as long as the result lives. kConflict with the text `busy` when another process has it; it
// is asked for a moment before that, since the child of one that was just killed may hold it until
// it execs.
Result<os::DirLock> lock_folder(const std::filesystem::path& folder, const std::string& busy);

}  // namespace drover::cluster::local
