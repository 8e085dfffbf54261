// What drover-runtime takes from its environment. Read once, in main.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace drover::oci {

struct Environment {
  std::string path;                          // PATH, or a usual one
  std::filesystem::path runc;                // DROVER_RUNC; empty: the runc in PATH
  std::filesystem::path restores;            // DROVER_RESTORES; empty: restores are refused
  std::chrono::seconds restore_timeout{90};  // DROVER_RESTORE_TIMEOUT_S
  std::string script_action;                 // CRTOOLS_SCRIPT_ACTION, set by CRIU for the hook
  std::string script_init_pid;               // CRTOOLS_INIT_PID
};

// `variables` is like environ: "NAME=value" each, ended by a null pointer.
Environment read_environment(const char* const* variables);

// The file of the real runtime. kNotFound says where was looked; kConflict when it is this very
// program.
Result<std::filesystem::path> find_runc(const Environment& environment);

// PATH for a call that lets runc run CRIU: runc looks `criu` up in it, and CRIU looks up tar, nft
// and others.
std::string path_for_criu(const Environment& environment);

}  // namespace drover::oci
