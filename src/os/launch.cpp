#include "os/launch.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <format>
#include <ranges>
#include <string_view>

#include "os/private_mounts.h"

namespace drover::os {

namespace {

constexpr int kFirstExtraFd = 3;
constexpr std::string_view kDefaultPath =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

std::string_view name_of(std::string_view variable) {
  return variable.substr(0, variable.find('='));
}

// Ours, with the command's variables added or replacing.
std::vector<std::string> merge_environment(const Command& command) {
  std::vector<std::string> merged;
  const auto overridden = [&](std::string_view variable) {
    return std::ranges::contains(command.env, name_of(variable),
                                 [](const auto& pair) { return std::string_view(pair.first); });
  };
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    if (!overridden(*variable)) merged.emplace_back(*variable);
  }
  for (const auto& [name, value] : command.env) merged.push_back(std::format("{}={}", name, value));
  return merged;
}

std::string_view search_path(const std::vector<std::string>& environment) {
  for (const auto& variable : environment) {
    if (name_of(variable) == "PATH") return std::string_view(variable).substr(5);
  }
  return kDefaultPath;
}

Result<std::string> find_program(const std::string& name, std::string_view path) {
  if (name.contains('/')) return name;
  for (const auto part : std::views::split(path, ':')) {
    auto candidate = std::format("{}/{}", std::string_view(part), name);
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return not_found(std::format("program '{}' is not in PATH ({})", name, path));
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  // exec's prototype lacks the const that its contract has.
  for (const auto& text : texts) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

void reset_signals() {
  struct sigaction action{};
  action.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) ::sigaction(number, &action, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

}  // namespace

Result<Launch> Launch::prepare(const Command& command, const std::array<int, 3>& streams) {
  if (command.argv.empty()) return invalid("a command without a program");
  Launch launch;
  launch.command_ = &command;
  launch.environment_ = merge_environment(command);
  auto program = find_program(command.argv.front(), search_path(launch.environment_));
  if (!program) return std::unexpected(program.error());
  launch.program_ = std::move(*program);
  launch.argv_ = pointers(command.argv);
  launch.envp_ = pointers(launch.environment_);
  for (int to = 0; to < kFirstExtraFd; ++to) {
    launch.redirects_.push_back({.from = streams.at(static_cast<std::size_t>(to)), .to = to});
  }
  for (const auto& [fd, as] : command.extra_fds) {
    if (as < kFirstExtraFd)
      return invalid(std::format("passing a descriptor as {}: 0-2 are the streams", as));
    launch.redirects_.push_back({.from = fd, .to = as});
  }
  launch.above_ = 1 + std::ranges::max(launch.redirects_, {}, &Redirect::to).to;
  return launch;
}

Result<pid_t> Launch::start(LaunchAs as) {
  auto reports = make_pipe();
  if (!reports) return std::unexpected(reports.error());
  const pid_t child = ::fork();
  if (child < 0) return system_error("fork");
  if (child == 0) {
    if (as == LaunchAs::kDaemon) become_daemon(reports->write.get());
    ::setpgid(0, 0);
    become(reports->write.get());
  }
  reports->write.reset();
  return follow(reports->read, child, as);
}

void Launch::fail(int report, Step step, int error) {
  const Report text{.step = step, .value = error};
  [[maybe_unused]] const auto written = ::write(report, &text, sizeof text);
  ::_exit(127);
}

// The middle process makes the session and ends, so that the daemon has no parent that must reap
// it, and can never get a controlling terminal.
void Launch::become_daemon(int report) {
  ::setsid();
  const pid_t daemon = ::_Fork();
  if (daemon < 0) fail(report, Step::kFork, errno);
  if (daemon > 0) fail(report, Step::kDaemonPid, daemon);
  ::setsid();
  become(report);
}

void Launch::become(int report) {
  reset_signals();
  if (command_->net_namespace >= 0 && ::setns(command_->net_namespace, CLONE_NEWNET) != 0) {
    fail(report, Step::kNamespace, errno);
  }
  if (command_->private_mounts) {
    if (const int error = enter_private_mounts(); error != 0) fail(report, Step::kMounts, error);
  }
  if (!place_descriptors(report)) fail(report, Step::kDescriptors, errno);
  if (!command_->cwd.empty() && ::chdir(command_->cwd.c_str()) != 0) {
    fail(report, Step::kDirectory, errno);
  }
  if (command_->in_child) {
    if (const int error = command_->in_child(); error != 0) fail(report, Step::kHook, error);
  }
  ::execve(program_.c_str(), argv_.data(), envp_.data());
  fail(report, Step::kExec, errno);
}

// A source may have the number of another's target, so all sources (and the report pipe) first move
// above every target. All stays close-on-exec but for the targets themselves: dup2 clears the flag.
bool Launch::place_descriptors(int& report) {
  const int moved = ::fcntl(report, F_DUPFD_CLOEXEC, above_);
  if (moved < 0) return false;
  report = moved;
  for (auto& redirect : redirects_) {
    redirect.from = ::fcntl(redirect.from, F_DUPFD_CLOEXEC, above_);
    if (redirect.from < 0) return false;
  }
  if (::close_range(kFirstExtraFd, ~0U, CLOSE_RANGE_CLOEXEC) != 0) return false;
  return std::ranges::all_of(
      redirects_, [](const Redirect& redirect) { return ::dup2(redirect.from, redirect.to) >= 0; });
}

// The pipe closes by itself when exec succeeds, so its end without an error is the success.
Result<pid_t> Launch::follow(const Fd& reports, pid_t child, LaunchAs as) const {
  pid_t started = as == LaunchAs::kChild ? child : 0;
  std::optional<Report> failure;
  Report report{};
  ssize_t got = 0;
  while ((got = ::read(reports.get(), &report, sizeof report)) != 0) {
    if (got < 0 && errno == EINTR) continue;
    if (got != sizeof report) break;
    if (report.step == Step::kDaemonPid) {
      started = report.value;
    } else {
      failure = report;
    }
  }
  if (failure || as == LaunchAs::kDaemon) {
    while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  if (failure) return explain(*failure);
  if (started == 0) return unavailable(std::format("starting {}: it ended before exec", program_));
  return started;
}

std::unexpected<Error> Launch::explain(Report report) const {
  const auto step = [&]() -> std::string {
    switch (report.step) {
      case Step::kDaemonPid:
      case Step::kExec:
        return "executing it";
      case Step::kFork:
        return "fork";
      case Step::kNamespace:
        return "entering the network namespace";
      case Step::kMounts:
        return "making a private mount namespace";
      case Step::kDescriptors:
        return "passing descriptors";
      case Step::kDirectory:
        return "changing to " + command_->cwd.string();
      case Step::kHook:
        return "preparing the process";
    }
    return "?";
  }();
  return system_error(std::format("starting {}: {}", program_, step), report.value);
}

}  // namespace drover::os
