#include "os/command.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <format>
#include <ranges>
#include <string_view>

#include "os/deadline.h"
#include "os/launch.h"

namespace drover::os {

namespace {

constexpr Duration kReapTimeout = std::chrono::seconds(5);
constexpr std::size_t kShownOutput = 2000;

Result<Fd> null_device() { return open_file("/dev/null", O_RDWR); }

std::string joined(const std::vector<std::string>& argv) {
  return argv | std::views::join_with(' ') | std::ranges::to<std::string>();
}

std::string tail(const std::string& text) {
  const auto end = text.find_last_not_of(" \n\r\t") + 1;  // npos + 1 is 0: nothing but blanks
  const auto begin = end > kShownOutput ? end - kShownOutput : 0;
  return text.substr(begin, end - begin);
}

// One captured stream: our end of its pipe and what came so far.
struct Capture {
  Fd fd;
  std::string text;
  std::size_t limit = 0;

  // Takes what is there without waiting; closes at the end.
  void drain() {
    std::array<char, 16384> buffer;
    while (fd) {
      const auto got = ::read(fd.get(), buffer.data(), buffer.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0 && errno == EAGAIN) return;
      if (got <= 0) return fd.reset();
      const auto room = limit - std::min(limit, text.size());
      text.append(buffer.data(), std::min(static_cast<std::size_t>(got), room));
    }
  }
};

// Makes the pipe of a stream that the command does not redirect; returns the child's end.
Result<Fd> capture(Capture& into, Bytes limit) {
  auto pipe = make_pipe();
  if (!pipe) return std::unexpected(pipe.error());
  if (::fcntl(pipe->read.get(), F_SETFL, O_NONBLOCK) != 0) return system_error("fcntl");
  into.fd = std::move(pipe->read);
  into.limit = static_cast<std::size_t>(limit.count());
  return std::move(pipe->write);
}

enum class Ended { kYes, kTimeout };

// Drains both streams until the process has exited. A negative descriptor is one that poll ignores.
Result<Ended> pump(Capture& out, Capture& err, int pidfd, const Deadline& deadline) {
  while (true) {
    std::array<pollfd, 3> events{pollfd{.fd = out.fd.get(), .events = POLLIN, .revents = 0},
                                 pollfd{.fd = err.fd.get(), .events = POLLIN, .revents = 0},
                                 pollfd{.fd = pidfd, .events = POLLIN, .revents = 0}};
    const int ready = ::poll(events.data(), events.size(), deadline.poll_ms());
    if (ready < 0 && errno != EINTR) return system_error("poll");
    out.drain();
    err.drain();
    if (ready > 0 && events[2].revents != 0) {
      // What it wrote last may have come between the reads and its exit.
      out.drain();
      err.drain();
      return Ended::kYes;
    }
    if (deadline.passed()) return Ended::kTimeout;
  }
}

ExitStatus decode(const siginfo_t& info) {
  if (info.si_code == CLD_EXITED) return {.exit_code = info.si_status, .signal = 0};
  return {.exit_code = 128 + info.si_status, .signal = info.si_status};
}

}  // namespace

Result<Child> Child::spawn(const Command& command) {
  const auto null = null_device();
  if (!null) return std::unexpected(null.error());
  const auto or_null = [&](int fd) { return fd >= 0 ? fd : null->get(); };
  auto launch = Launch::prepare(
      command, {or_null(command.stdin_fd), or_null(command.stdout_fd), or_null(command.stderr_fd)});
  if (!launch) return std::unexpected(launch.error());
  const auto pid = launch->start(LaunchAs::kChild);
  if (!pid) return std::unexpected(pid.error());
  auto pidfd = pidfd_open(*pid);
  if (!pidfd) return std::unexpected(pidfd.error());
  // One that has exited already has no identity, but it is ours and unreaped, so its pid is
  // certain.
  return Child(identify(*pid).value_or(ProcessId{.pid = *pid}), std::move(*pidfd));
}

Child::Child(Child&& other) noexcept = default;

Child& Child::operator=(Child&& other) noexcept {
  if (this != &other) {
    end();
    id_ = other.id_;
    pidfd_ = std::move(other.pidfd_);
  }
  return *this;
}

Child::~Child() { end(); }

// Not reaped yet, so neither its pid nor its process group can be somebody else's.
void Child::end() {
  if (!pidfd_) return;
  ::kill(-id_.pid, SIGKILL);
  [[maybe_unused]] const auto ended = wait(kReapTimeout);
  pidfd_.reset();
}

Result<> Child::signal(int number) const {
  if (!pidfd_) return not_found(std::format("process {} is gone", id_.pid));
  if (::kill(id_.pid, number) != 0) return system_error(std::format("signal {}", number));
  return {};
}

Result<ExitStatus> Child::wait(Duration timeout) {
  if (!pidfd_) return not_found(std::format("process {} is gone", id_.pid));
  const Deadline deadline(timeout);
  Capture none;
  auto ended = pump(none, none, pidfd_.get(), deadline);
  if (!ended) return std::unexpected(ended.error());
  if (*ended == Ended::kTimeout) {
    return timed_out(std::format("process {} still runs after {}", id_.pid, timeout));
  }
  siginfo_t info{};
  if (::waitid(P_PIDFD, static_cast<id_t>(pidfd_.get()), &info, WEXITED) != 0) {
    return system_error(std::format("waiting for process {}", id_.pid));
  }
  pidfd_.reset();
  return decode(info);
}

Result<Finished> run(const Command& command) {
  Capture out;
  Capture err;
  Fd out_end;
  Fd err_end;
  Command started = command;
  for (auto& [stream, end, fd] : {std::tuple<Capture&, Fd&, int&>{out, out_end, started.stdout_fd},
                                  {err, err_end, started.stderr_fd}}) {
    if (fd >= 0) continue;
    auto pipe = capture(stream, command.output_limit);
    if (!pipe) return std::unexpected(pipe.error());
    end = std::move(*pipe);
    fd = end.get();
  }
  const Deadline deadline(command.timeout);
  auto child = Child::spawn(started);
  if (!child) return std::unexpected(child.error());
  out_end.reset();
  err_end.reset();
  const auto ended = pump(out, err, child->pidfd(), deadline);
  if (!ended) return std::unexpected(ended.error());
  if (*ended == Ended::kTimeout) {
    return timed_out(std::format("'{}' did not end within {}; stderr: {}", joined(command.argv),
                                 command.timeout, tail(err.text)));
  }
  return child->wait(Duration{0}).transform([&](ExitStatus status) {
    return Finished{.status = status, .out = std::move(out.text), .err = std::move(err.text)};
  });
}

Result<std::string> run_ok(const Command& command) {
  auto finished = run(command);
  if (!finished) return std::unexpected(finished.error());
  if (finished->ok()) return std::move(finished->out);
  const auto said = tail(finished->err);
  return unavailable(std::format("'{}' ended with exit code {}: {}", joined(command.argv),
                                 finished->status.exit_code,
                                 said.empty() ? tail(finished->out) : said));
}

Result<ProcessId> spawn_daemon(const Command& command, const Path& log) {
  const auto null = null_device();
  if (!null) return std::unexpected(null.error());
  const auto output =
      log.empty() ? null_device() : open_file(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (!output) return std::unexpected(output.error());
  auto launch =
      Launch::prepare(command, {command.stdin_fd >= 0 ? command.stdin_fd : null->get(),
                                command.stdout_fd >= 0 ? command.stdout_fd : output->get(),
                                command.stderr_fd >= 0 ? command.stderr_fd : output->get()});
  if (!launch) return std::unexpected(launch.error());
  const auto pid = launch->start(LaunchAs::kDaemon);
  if (!pid) return std::unexpected(pid.error());
  return identify(*pid).transform_error(
      doing(std::format("'{}' ended as soon as it was started", joined(command.argv))));
}

Result<Path> self_exe() {
  std::error_code error;
  auto path = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return system_error("reading /proc/self/exe", error.value());
  return path;
}

}  // namespace drover::os
