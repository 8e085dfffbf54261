// A process that does nothing but be in a new network namespace, which lives as long as it.
#pragma once

#include <filesystem>

#include "cluster/local/layout.h"
#include "os/netns.h"
#include "os/process.h"

namespace drover::cluster::local {

// Starts `drover pause` with a network namespace of its own and records it in `file`. Returns when
// the namespace is there.
Result<os::ProcessId> start_holder(const std::filesystem::path& drover, const ClusterPaths& paths,
                                   const std::filesystem::path& file);

// The namespace of the holder that `file` records.
Result<os::NetNamespace> held_namespace(const std::filesystem::path& file, std::string_view what);

}  // namespace drover::cluster::local
