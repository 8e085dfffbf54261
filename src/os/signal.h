// Signals as events, and being a good parent.
#pragma once

#include <sys/types.h>

#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "os/command.h"
#include "os/fd.h"

namespace drover::os {

// Blocks the signals in the calling thread and those it starts later (so make it before them) and
// waits for them.
class SignalWaiter {
 public:
  static Result<SignalWaiter> make(std::initializer_list<int> signals);
  static Result<SignalWaiter> for_termination();  // SIGTERM and SIGINT

  [[nodiscard]] int fd() const { return fd_.get(); }  // readable when a signal waits
  // The signal's number; nothing after the timeout, which is endless when absent.
  Result<std::optional<int>> wait(std::optional<Duration> timeout = std::nullopt);

 private:
  explicit SignalWaiter(Fd fd) : fd_(std::move(fd)) {}
  Fd fd_;
};

// Orphaned descendants become children of this process instead of init.
Result<> become_subreaper();

struct ReapedChild {
  pid_t pid = 0;
  ExitStatus status;
};

// Collects every child that has exited, without waiting. Takes the status of run()'s and Child's
// too, so not while those are under way on another thread.
std::vector<ReapedChild> reap_children();

// Waits for one child (or adopted descendant) of ours; kNotFound when it is not one.
Result<ExitStatus> wait_child(pid_t pid, std::optional<Duration> timeout = std::nullopt);

// The name that ps shows for the thread; cut to 15 bytes.
void set_process_name(const std::string& name);

// SIGKILL to this process when the thread that started it ends.
Result<> die_with_parent();

}  // namespace drover::os
