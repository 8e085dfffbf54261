// fork and exec, with everything that allocates done before the fork. Internal to os/command.
#pragma once

#include <sys/types.h>

#include <array>
#include <string>
#include <vector>

#include "base/result.h"
#include "os/command.h"
#include "os/fd.h"

namespace drover::os {

enum class LaunchAs { kChild, kDaemon };

// A command in the form that the child can use without allocating.
class Launch {
 public:
  // `streams` are the child's 0, 1 and 2.
  static Result<Launch> prepare(const Command& command, const std::array<int, 3>& streams);

  // Returns once exec has succeeded. A child is the leader of a process group of its own and not
  // yet reaped; a daemon is the leader of a session of its own and its parent is gone.
  Result<pid_t> start(LaunchAs as);

 private:
  enum class Step : int {
    kDaemonPid,
    kFork,
    kNamespace,
    kMounts,
    kDescriptors,
    kDirectory,
    kHook,
    kExec
  };
  struct Report {
    Step step;
    int value;
  };
  struct Redirect {
    int from;
    int to;
  };

  Launch() = default;
  [[noreturn]] void become(int report);
  [[noreturn]] void become_daemon(int report);
  bool place_descriptors(int& report);
  [[noreturn]] static void fail(int report, Step step, int error);
  Result<pid_t> follow(const Fd& reports, pid_t child, LaunchAs as) const;
  [[nodiscard]] std::unexpected<Error> explain(Report report) const;

  const Command* command_ = nullptr;
  std::string program_;
  std::vector<std::string> environment_;
  std::vector<char*> argv_;
  std::vector<char*> envp_;
  std::vector<Redirect> redirects_;
  int above_ = 0;  // numbers from here on are nobody's target
};

}  // namespace drover::os
