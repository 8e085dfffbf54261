// Processes by identity, not by bare pid: a pid is reused, (pid, start time) is not.
#pragma once

#include <sys/types.h>

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "os/fd.h"

namespace drover::os {

struct ProcessId {
  pid_t pid = 0;
  std::uint64_t start_ticks = 0;  // field 22 of /proc/PID/stat

  friend auto operator<=>(const ProcessId&, const ProcessId&) = default;
};

// kNotFound when no such process is alive. A zombie is not alive: it has run its last instruction.
Result<ProcessId> identify(pid_t pid);
ProcessId identify_self();
bool alive(ProcessId process);

Result<Fd> pidfd_open(pid_t pid);

// A pidfd that is certain to be this very process; kNotFound when it is gone.
Result<Fd> open_process(ProcessId process);

// Signals this very process, never a later one with its pid; kNotFound when it is gone.
Result<> kill(ProcessId process, int signal);

// Returns once the process has exited (reaped or not); kTimeout otherwise. Gone already is success.
Result<> wait_gone(ProcessId process, Duration timeout);

// SIGTERM, at most `grace` of waiting, then SIGKILL and at most 5 s more. Gone already is success.
Result<> stop(ProcessId process, Duration grace);

// Every process, except the calling one, whose initial environment holds NAME=VALUE. What exits
// while we look is left out.
Result<std::vector<ProcessId>> find_by_env(std::string_view name, std::string_view value);

}  // namespace drover::os
