// The OCI runtime bundle of a container: its config.json, as a pure function of the pod and the
// image.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/result.h"
#include "cluster/pods/image.h"
#include "cluster/pods/layout.h"
#include "cluster/pods/pod_spec.h"

namespace drover::cluster::pods {

struct BundleInput {
  const PodSpec& spec;
  const ContainerSpec& container;
  const ImageConfig& image;
  UserIds user;
  PodPaths pod;
  std::int32_t sandbox_pid = 0;  // whose net, ipc and uts namespaces the container joins
  std::string cgroups_path;
  std::uint64_t open_files = 1024;  // RLIMIT_NOFILE, soft and hard: not above our own hard limit
};

// kInvalid when there is nothing to execute.
Result<std::string> bundle_config(const BundleInput& input);

// Annotations by which drover-runtime knows a container.
inline constexpr const char* kMigrationAnnotation = "drover.dev/migration";
inline constexpr const char* kContainerAnnotation = "drover.dev/container";
inline constexpr const char* kPodAnnotation = "drover.dev/pod";

}  // namespace drover::cluster::pods
