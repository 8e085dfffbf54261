// The part of a bundle's config.json by which drover-runtime decides.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"

namespace drover::oci {

inline constexpr const char* kMigrationAnnotation = "drover.dev/migration";
inline constexpr const char* kContainerAnnotation = "drover.dev/container";
inline constexpr const char* kCriuConfigAnnotation = "org.criu.config";

struct RestoreRequest {
  std::string migration;              // safe as a file name
  std::string container;              // safe as a file name
  std::filesystem::path criu_config;  // which CRIU reads; written by us
  std::filesystem::path netns;        // of the pod; empty: none is named
};

// Absent when the container is an ordinary one; kInvalid when it asks for a restore in a way that
// cannot be granted. A file that is missing or damaged is runc's to complain about, unless it names
// a migration.
Result<std::optional<RestoreRequest>> read_restore_request(const std::filesystem::path& bundle);

}  // namespace drover::oci
