#include "os/process.h"

#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <format>
#include <ranges>

#include "os/deadline.h"
#include "os/file.h"

namespace drover::os {

namespace {

constexpr Bytes kStatLimit = Bytes{4096};
constexpr Bytes kEnvironLimit = Bytes{4L << 20};
constexpr Duration kKillTimeout = std::chrono::seconds(5);

struct Stat {
  char state = '?';
  std::uint64_t start_ticks = 0;
};

// proc_pid_stat(5). The name, field 2, may hold blanks and parentheses, so fields are counted from
// the last ')'.
Result<Stat> parse_stat(std::string_view text) {
  constexpr std::size_t kStateField = 3;
  constexpr std::size_t kStartField = 22;
  const auto name_end = text.rfind(')');
  if (name_end == std::string_view::npos || name_end + 2 >= text.size()) {
    return internal("unexpected content");
  }
  Stat stat;
  std::size_t field = kStateField;
  for (const auto part : std::views::split(text.substr(name_end + 2), ' ')) {
    const std::string_view value(part);
    if (field == kStateField && !value.empty()) stat.state = value.front();
    if (field == kStartField) {
      const auto parsed =
          std::from_chars(value.data(), value.data() + value.size(), stat.start_ticks);
      if (parsed.ec == std::errc()) return stat;
    }
    ++field;
  }
  return internal("unexpected content");
}

Result<pid_t> parse_pid(std::string_view text) {
  pid_t pid = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), pid);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) {
    return invalid("not a pid");
  }
  return pid;
}

std::unexpected<Error> gone(pid_t pid) { return not_found(std::format("process {} is gone", pid)); }

bool has_variable(std::string_view environment, std::string_view variable) {
  return std::ranges::any_of(std::views::split(environment, '\0'),
                             [&](const auto& part) { return std::string_view(part) == variable; });
}

}  // namespace

Result<ProcessId> identify(pid_t pid) {
  const auto text = read_file(std::format("/proc/{}/stat", pid), kStatLimit);
  if (!text) return gone(pid);
  const auto stat = parse_stat(*text);
  if (!stat) {
    return std::unexpected(doing(std::format("reading /proc/{}/stat", pid))(stat.error()));
  }
  if (stat->state == 'Z' || stat->state == 'X') return gone(pid);
  return ProcessId{.pid = pid, .start_ticks = stat->start_ticks};
}

ProcessId identify_self() { return identify(::getpid()).value_or(ProcessId{.pid = ::getpid()}); }

bool alive(ProcessId process) {
  const auto now = identify(process.pid);
  return now && *now == process;
}

Result<Fd> pidfd_open(pid_t pid) {
  const auto fd = ::syscall(SYS_pidfd_open, pid, 0);
  if (fd >= 0) return Fd(static_cast<int>(fd));
  if (errno == ESRCH) return gone(pid);
  return system_error(std::format("opening a pidfd of process {}", pid));
}

// The pidfd comes first: when the identity still matches afterwards, it was opened on that process.
Result<Fd> open_process(ProcessId process) {
  auto fd = pidfd_open(process.pid);
  if (fd && !alive(process)) return gone(process.pid);
  return fd;
}

Result<> kill(ProcessId process, int signal) {
  const auto fd = open_process(process);
  if (!fd) return std::unexpected(fd.error());
  if (::syscall(SYS_pidfd_send_signal, fd->get(), signal, nullptr, 0) == 0) return {};
  if (errno == ESRCH) return gone(process.pid);
  return system_error(std::format("sending signal {} to process {}", signal, process.pid));
}

Result<> wait_gone(ProcessId process, Duration timeout) {
  const auto fd = open_process(process);
  if (!fd && fd.error().code == Code::kNotFound) return {};
  if (!fd) return std::unexpected(fd.error());
  const Deadline deadline(timeout);
  while (true) {
    pollfd event{.fd = fd->get(), .events = POLLIN, .revents = 0};
    const int ready = ::poll(&event, 1, deadline.poll_ms());
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return system_error("poll");
    if (deadline.passed()) {
      return timed_out(std::format("process {} still runs after {}", process.pid, timeout));
    }
  }
}

Result<> stop(ProcessId process, Duration grace) {
  for (const auto& [signal, limit] : {std::pair{SIGTERM, grace}, {SIGKILL, kKillTimeout}}) {
    const auto sent = kill(process, signal);
    if (!sent && sent.error().code == Code::kNotFound) return {};
    if (!sent) return sent;
    const auto ended = wait_gone(process, limit);
    if (ended || ended.error().code != Code::kTimeout || signal == SIGKILL) return ended;
  }
  return {};
}

Result<std::vector<ProcessId>> find_by_env(std::string_view name, std::string_view value) {
  const auto entries = list_dir("/proc");
  if (!entries) return std::unexpected(entries.error());
  const auto variable = std::format("{}={}", name, value);
  std::vector<ProcessId> found;
  for (const auto& entry : *entries) {
    const auto pid = parse_pid(entry);
    if (!pid || *pid == ::getpid()) continue;
    // Identity first: what it turns out to be named stays true of that very process only.
    const auto process = identify(*pid);
    const auto environment = read_file(std::format("/proc/{}/environ", *pid), kEnvironLimit);
    if (process && environment && has_variable(*environment, variable) && alive(*process)) {
      found.push_back(*process);
    }
  }
  return found;
}

}  // namespace drover::os
