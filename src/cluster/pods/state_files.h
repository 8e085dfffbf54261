// The small JSON files through which shim and agent tell each other what is
// (docs/formats/pod-state.md).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"
#include "cluster/pods/pod_runtime.h"
#include "os/process.h"

namespace drover::cluster::pods {

// {"pid", "start_ticks"}: sandbox.json and shim.json.
Result<> write_process(const std::filesystem::path& file, os::ProcessId process);
Result<os::ProcessId> read_process(const std::filesystem::path& file);

// The process named in the file, if it is still alive.
std::optional<os::ProcessId> live_process(const std::filesystem::path& file);

// status.json, written by the shim alone.
struct ShimStatus {
  ContainerPhase phase = ContainerPhase::kCreated;
  os::ProcessId init;            // zero until it runs
  std::optional<int> exit_code;  // kExited only
  std::string error;             // kFailed only
  bool restored = false;
  friend bool operator==(const ShimStatus&, const ShimStatus&) = default;
};
Result<> write_status(const std::filesystem::path& file, const ShimStatus& status);
Result<ShimStatus> read_status(const std::filesystem::path& file);

}  // namespace drover::cluster::pods
