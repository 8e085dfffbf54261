#include "os/signal.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <format>

#include "os/deadline.h"
#include "os/process.h"

namespace drover::os {

namespace {

ExitStatus decode(int status) {
  if (WIFSIGNALED(status)) {
    return {.exit_code = 128 + WTERMSIG(status), .signal = WTERMSIG(status)};
  }
  return {.exit_code = WEXITSTATUS(status), .signal = 0};
}

// True when readable, false after the timeout.
Result<bool> wait_readable(int fd, std::optional<Duration> timeout) {
  const Deadline deadline(timeout.value_or(Duration{0}));
  while (true) {
    pollfd event{.fd = fd, .events = POLLIN, .revents = 0};
    const int ready = ::poll(&event, 1, timeout ? deadline.poll_ms() : -1);
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return system_error("poll");
    if (timeout && deadline.passed()) return false;
  }
}

}  // namespace

Result<SignalWaiter> SignalWaiter::make(std::initializer_list<int> signals) {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int number : signals) ::sigaddset(&set, number);
  if (const int error = ::pthread_sigmask(SIG_BLOCK, &set, nullptr); error != 0) {
    return system_error("blocking signals", error);
  }
  Fd fd(::signalfd(-1, &set, SFD_CLOEXEC));
  if (!fd) return system_error("making a signalfd");
  return SignalWaiter(std::move(fd));
}

Result<SignalWaiter> SignalWaiter::for_termination() { return make({SIGTERM, SIGINT}); }

Result<std::optional<int>> SignalWaiter::wait(std::optional<Duration> timeout) {
  const auto readable = wait_readable(fd_.get(), timeout);
  if (!readable) return std::unexpected(readable.error());
  if (!*readable) return std::nullopt;
  signalfd_siginfo info{};
  if (::read(fd_.get(), &info, sizeof info) != sizeof info) return system_error("reading a signal");
  return static_cast<int>(info.ssi_signo);
}

Result<> become_subreaper() {
  if (::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0) return system_error("becoming subreaper");
  return {};
}

std::vector<ReapedChild> reap_children() {
  std::vector<ReapedChild> reaped;
  int status = 0;
  for (pid_t pid = 0; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;) {
    reaped.push_back({.pid = pid, .status = decode(status)});
  }
  return reaped;
}

Result<ExitStatus> wait_child(pid_t pid, std::optional<Duration> timeout) {
  siginfo_t unused{};
  if (::waitid(P_PID, static_cast<id_t>(pid), &unused, WEXITED | WNOHANG | WNOWAIT) != 0) {
    return not_found(std::format("process {} is not a child of ours", pid));
  }
  const auto pidfd = pidfd_open(pid);
  if (!pidfd) return std::unexpected(pidfd.error());
  const auto ended = wait_readable(pidfd->get(), timeout);
  if (!ended) return std::unexpected(ended.error());
  if (!*ended) return timed_out(std::format("process {} still runs after {}", pid, *timeout));
  int status = 0;
  if (::waitpid(pid, &status, 0) == pid) return decode(status);
  return system_error(std::format("waiting for process {}", pid));
}

void set_process_name(const std::string& name) { ::prctl(PR_SET_NAME, name.c_str(), 0, 0, 0); }

Result<> die_with_parent() {
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) return system_error("PR_SET_PDEATHSIG");
  return {};
}

}  // namespace drover::os
