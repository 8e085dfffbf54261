#include "cli/own_commands.h"

#include <fcntl.h>

#include <algorithm>
#include <csignal>
#include <format>

#include "os/clock.h"
#include "os/command.h"

namespace drover::cli {
namespace {

constexpr Duration kLook{50};
constexpr Duration kStopLimit{60'000};  // for an interrupted command to undo what it did
constexpr Duration kCommandLimit{180'000};
constexpr std::size_t kLogTail = 2000;

std::string tail_of(const os::Path& log) {
  const auto text = os::read_file(log).value_or("");
  return text.size() <= kLogTail ? text : text.substr(text.size() - kLogTail);
}

}  // namespace

Result<> OwnCommands::run(std::vector<std::string> words) { return run(std::move(words), true); }

Result<> OwnCommands::run_to_the_end(std::vector<std::string> words) {
  return run(std::move(words), false);
}

Result<> OwnCommands::run(std::vector<std::string> words, bool may_be_interrupted) {
  const auto log = os::open_file(options_.log, O_WRONLY | O_CREAT | O_TRUNC);
  if (!log) {
    return std::unexpected(log.error());
  }
  const auto name = words.front();
  std::vector<std::string> argv{options_.drover};
  std::ranges::move(words, std::back_inserter(argv));
  argv.insert(argv.end(), {"--cluster", options_.choice.name, "--state-dir",
                           options_.choice.state_dir.string()});
  auto child =
      os::Child::spawn({.argv = std::move(argv), .stdout_fd = log->get(), .stderr_fd = log->get()});
  if (!child) {
    return std::unexpected(child.error());
  }
  const os::Stopwatch watch;
  auto ended = child->wait(kLook);
  while (!ended && ended.error().code == Code::kTimeout && watch.elapsed() < kCommandLimit) {
    const auto signal = may_be_interrupted ? signals_.wait(Duration{0}) : std::optional<int>{};
    if (signal && *signal) {
      (void)child->signal(SIGTERM);
      (void)child->wait(kStopLimit);
      return unavailable("interrupted");
    }
    ended = child->wait(kLook);
  }
  if (!ended || !ended->ok()) {
    return unavailable(std::format("drover {}: {}", name, tail_of(options_.log)));
  }
  return {};
}

}  // namespace drover::cli
