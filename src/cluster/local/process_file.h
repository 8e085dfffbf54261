// Which process does a job, in a small file: {"pid", "start_ticks", "address"}. The start time
// tells it from a later process with its pid, so the file may be stale and does no harm.
#pragma once

#include <filesystem>
#include <string>

#include "os/process.h"

namespace drover::cluster::local {

struct ProcessRecord {
  os::ProcessId id;
  std::string address;  // "host:port" of a server; empty otherwise
};

Result<> write_process_file(const std::filesystem::path& file, const ProcessRecord& record);

// kNotFound when there is no file; kInvalid when it is not one of ours.
Result<ProcessRecord> read_process_file(const std::filesystem::path& file);

// The recorded process when it is alive; kUnavailable when it is gone or was never recorded. `what`
// names it in the error.
Result<ProcessRecord> live_process(const std::filesystem::path& file, std::string_view what);

}  // namespace drover::cluster::local
