// What a shim is told on its command line.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "cluster/pods/layout.h"

namespace drover::cluster::pods {

struct ShimOptions {
  ContainerPaths container;
  std::string id;                      // runc's name for the container
  std::filesystem::path runtime_root;  // --root
  std::filesystem::path runtime;       // drover-runtime
  std::filesystem::path image;         // root directory, the lower part of the overlay
  std::string cgroup;                  // of the container, below each hierarchy's root
  std::chrono::seconds grace{30};      // from SIGTERM to SIGKILL
};

// The arguments after the subcommand; read_shim_options() takes them back.
std::vector<std::string> shim_arguments(const ShimOptions& options);
Result<ShimOptions> read_shim_options(std::span<const std::string> arguments);

}  // namespace drover::cluster::pods
