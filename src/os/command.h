// Starting programs: to completion (run), as a child (Child), as a daemon (spawn_daemon).
//
// Safe in multi-threaded callers: between fork and exec only async-signal-safe calls are made. The
// child gets default signal dispositions, an empty signal mask, and no descriptor besides 0-2 and
// `extra_fds`.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/units.h"
#include "os/fd.h"
#include "os/file.h"
#include "os/process.h"

namespace drover::os {

struct PassedFd {
  int fd = -1;  // ours, borrowed
  int as = -1;  // the child's number, 3 or more
};

struct Command {
  std::vector<std::string> argv;  // argv[0] without '/' is looked up in PATH
  // Added to our environment, or replacing there.
  std::vector<std::pair<std::string, std::string>> env;
  Path cwd;            // empty: ours
  int stdin_fd = -1;   // borrowed; -1: /dev/null
  int stdout_fd = -1;  // borrowed; -1: captured by run, else /dev/null
  int stderr_fd = -1;  // as stdout_fd
  std::vector<PassedFd> extra_fds;
  // Borrowed descriptor of a network namespace to enter; -1: the calling thread's.
  int net_namespace = -1;
  bool private_mounts = false;  // a mount namespace of its own, as os/mounts.h describes
  // Last step before exec, with async-signal-safe calls only; returns 0 or an errno.
  std::function<int()> in_child;
  Duration timeout = std::chrono::seconds(60);  // run only; then SIGKILL to the process group
  Bytes output_limit = Bytes{1L << 20};  // run only; per stream, the rest is read and dropped
};

struct ExitStatus {
  int exit_code = 0;
  int signal = 0;  // not 0: killed by it, and exit_code is 128 + signal

  [[nodiscard]] bool ok() const { return exit_code == 0; }
  friend bool operator==(const ExitStatus&, const ExitStatus&) = default;
};

struct Finished {
  ExitStatus status;
  std::string out;
  std::string err;

  [[nodiscard]] bool ok() const { return status.ok(); }
};

// Runs to completion, in a process group of its own. A non-zero exit is a Finished, not an Error.
// Returns when the program itself exits, even if a process it left behind still holds its output
// open. kTimeout carries the end of stderr.
Result<Finished> run(const Command& command);

// run(), and a non-zero exit is kUnavailable with the command line and the end of its stderr
// (stdout if that is empty).
Result<std::string> run_ok(const Command& command);

// A child process in a process group of its own; the destructor kills the group and reaps the
// child.
class Child {
 public:
  static Result<Child> spawn(const Command& command);
  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;
  ~Child();

  [[nodiscard]] ProcessId id() const { return id_; }
  [[nodiscard]] int pidfd() const { return pidfd_.get(); }  // readable once it has exited
  Result<> signal(int number) const;                        // the child only, not its group
  Result<ExitStatus> wait(Duration timeout);                // kTimeout leaves it running

 private:
  Child(ProcessId id, Fd pidfd) : id_(id), pidfd_(std::move(pidfd)) {}
  void end();
  ProcessId id_;
  Fd pidfd_;
};

// A process of its own session whose parent is init (or the nearest subreaper). stdout and stderr
// are appended to `log` unless the command names descriptors; an empty `log` means /dev/null.
// Returns after exec has succeeded.
Result<ProcessId> spawn_daemon(const Command& command, const Path& log);

// The path of the running program's file, for starting ourselves again.
Result<Path> self_exe();

}  // namespace drover::os
