#include "migrate/criu/engine.h"

#include <sys/utsname.h>

#include <algorithm>
#include <charconv>
#include <format>
#include <set>

#include <nlohmann/json.hpp>

#include "os/command.h"
#include "os/file.h"
#include "os/process.h"

namespace drover::migrate {
namespace {

// A dump may be long but never endless; it is never killed before, since that could leave CRIU's
// parasite behind.
constexpr Duration kDumpLimit = std::chrono::minutes(10);
constexpr Duration kCommandLimit = std::chrono::seconds(30);
constexpr std::string_view kDumpMark = "DROVER_DUMP";

// The first "major.minor" in the text.
std::optional<std::pair<int, int>> parse_version(std::string_view text) {
  const auto start = text.find_first_of("0123456789");
  if (start == std::string_view::npos) {
    return std::nullopt;
  }
  int major = 0;
  int minor = 0;
  const auto* end = text.data() + text.size();
  const auto [dot, first] = std::from_chars(text.data() + start, end, major);
  if (first != std::errc{} || dot == end || *dot != '.') {
    return std::nullopt;
  }
  if (std::from_chars(dot + 1, end, minor).ec != std::errc{}) {
    return std::nullopt;
  }
  return std::pair{major, minor};
}

std::optional<std::pair<int, int>> kernel_version() {
  utsname name{};
  return uname(&name) == 0 ? parse_version(name.release) : std::nullopt;
}

// Only the lines that say what went wrong: CRIU's logs are thousands of lines. Not every "Error" is
// one (facts: RLIMIT_NOFILE without CAP_SYS_RESOURCE is harmless), so this explains a failure but
// never decides that there is one.
std::string error_lines(const std::filesystem::path& log) {
  const auto text = os::read_file(log);
  if (!text) {
    return {};
  }
  std::string lines;
  std::string_view rest = *text;
  while (!rest.empty()) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (line.contains("Error (") && !line.contains("RLIMIT_NOFILE")) {
      lines += (lines.empty() ? "" : " | ") + std::string(line);
    }
  }
  return lines;
}

Result<Bytes> size_of(const std::filesystem::path& dir) {
  Bytes total;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(dir, error)) {
    if (entry.is_regular_file(error)) {
      total += Bytes{static_cast<std::int64_t>(entry.file_size(error))};
    }
  }
  if (error) {
    return unavailable(std::format("reading {}: {}", dir.string(), error.message()));
  }
  return total;
}

// Parent of a live process by /proc/PID/stat, whose second field may hold blanks and parentheses.
std::optional<int> parent_of(int pid) {
  const auto stat = os::read_file(std::format("/proc/{}/stat", pid));
  if (!stat) {
    return std::nullopt;
  }
  const auto after_name = stat->rfind(") ");
  int parent = 0;
  if (after_name == std::string::npos || after_name + 4 >= stat->size()) {
    return std::nullopt;
  }
  const auto* begin = stat->data() + after_name + 4;
  if (std::from_chars(begin, stat->data() + stat->size(), parent).ec != std::errc{}) {
    return std::nullopt;
  }
  return parent;
}

bool uses_io_uring(int pid) {
  std::error_code error;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::format("/proc/{}/fd", pid), error)) {
    if (std::filesystem::read_symlink(entry.path(), error) == "anon_inode:[io_uring]") {
      return true;
    }
  }
  return false;
}

}  // namespace

std::optional<std::pair<int, int>> parse_criu_version(std::string_view output) {
  const auto label = output.find("Version:");
  return label == std::string_view::npos ? std::nullopt : parse_version(output.substr(label));
}

bool criu_fits_kernel(std::pair<int, int> criu, std::pair<int, int> kernel) {
  return kernel < std::pair{6, 16} || criu >= std::pair{4, 2};
}

std::vector<std::string> CriuEngine::node_obstacles() {
  const std::scoped_lock guard(mutex_);
  if (node_obstacles_) {
    return *node_obstacles_;
  }
  std::vector<std::string> reasons;
  const auto criu = os::run({.argv = {options_.criu, "--version"}, .timeout = kCommandLimit});
  const auto version = criu ? parse_criu_version(criu->out) : std::nullopt;
  const auto kernel = kernel_version();
  if (!version) {
    reasons.push_back(std::format(
        "program '{}' was not found or does not say its version; install CRIU 4.2 or newer",
        options_.criu));
  } else if (kernel && !criu_fits_kernel(*version, *kernel)) {
    reasons.push_back(
        std::format("CRIU {}.{} cannot dump sockets on Linux {}.{}; it takes CRIU 4.2 or newer",
                    version->first, version->second, kernel->first, kernel->second));
  }
  if (!os::run({.argv = {options_.runc, "--version"}, .timeout = kCommandLimit})) {
    reasons.push_back(
        std::format("program '{}' was not found; install runc 1.1 or newer", options_.runc));
  }
  // Only a clean answer is kept: what is missing may be installed meanwhile.
  if (reasons.empty()) {
    // CRIU probes the kernel for some 50 ms and keeps what it found in /run: here, and not in the
    // freeze of the first migration. What it thinks of the kernel is no obstacle by itself.
    (void)os::run({.argv = {options_.criu, "check"}, .timeout = kCommandLimit});
    node_obstacles_ = reasons;
  }
  return reasons;
}

std::vector<std::string> CriuEngine::obstacles(const ContainerHandle& container) {
  const auto listed = os::run({.argv = {options_.runc, "--root", options_.runc_root, "ps",
                                        "--format", "json", container.runtime_id},
                               .timeout = kCommandLimit});
  if (!listed || !listed->status.ok()) {
    return {std::format("container '{}' is not running", container.name)};
  }
  const auto pids = nlohmann::json::parse(listed->out, nullptr, false);
  std::set<int> members;
  for (const auto& pid : pids.is_array() ? pids : nlohmann::json::array()) {
    if (pid.is_number_integer()) {
      members.insert(pid.get<int>());
    }
  }
  std::vector<std::string> reasons;
  for (const int pid : members) {
    const auto parent = parent_of(pid);
    if (pid != container.init_pid && parent && !members.contains(*parent)) {
      reasons.push_back(
          std::format("container '{}': process {} was started from outside (exec); end it first",
                      container.name, pid));
    }
    if (uses_io_uring(pid)) {
      reasons.push_back(std::format(
          "container '{}': process {} uses io_uring, which CRIU cannot dump", container.name, pid));
    }
  }
  return reasons;
}

Result<std::string> CriuEngine::status(const ContainerHandle& container) const {
  const auto state =
      os::run({.argv = {options_.runc, "--root", options_.runc_root, "state", container.runtime_id},
               .timeout = kCommandLimit});
  if (!state) {
    return std::unexpected(state.error());
  }
  const auto parsed = nlohmann::json::parse(state->out, nullptr, false);
  if (!state->status.ok() || !parsed.is_object() || !parsed.contains("status") ||
      !parsed["status"].is_string()) {
    return conflict(
        std::format("container '{}' is unknown to the runtime: {}", container.name, state->err));
  }
  return parsed["status"].get<std::string>();
}

Result<> CriuEngine::pause(const ContainerHandle& container) {
  const auto paused =
      os::run({.argv = {options_.runc, "--root", options_.runc_root, "pause", container.runtime_id},
               .timeout = kCommandLimit});
  if (!paused) {
    return std::unexpected(paused.error());
  }
  if (paused->status.ok()) {
    return {};
  }
  // It may be paused already, by us before a crash.
  const auto now = status(container);
  return now && *now == "paused"
             ? Result<>{}
             : conflict(std::format("pausing container '{}': {}", container.name, paused->err));
}

Result<> CriuEngine::resume(const ContainerHandle& container) {
  const auto now = status(container);
  if (!now) {
    return std::unexpected(now.error());
  }
  if (*now != "paused") {
    return {};
  }
  const auto resumed = os::run(
      {.argv = {options_.runc, "--root", options_.runc_root, "resume", container.runtime_id},
       .timeout = kCommandLimit});
  if (!resumed) {
    return std::unexpected(resumed.error());
  }
  return resumed->status.ok() ? Result<>{}
                              : unavailable(std::format("resuming container '{}': {}",
                                                        container.name, resumed->err));
}

Result<Bytes> CriuEngine::dump(const MigrationId& id, const ContainerHandle& container,
                               const std::filesystem::path& images) {
  const auto work = images.parent_path().parent_path() / "dump" / container.name;
  // descriptors.json and even inventory.img prove nothing: only this file, written after runc said
  // so, does.
  const auto complete = work / "complete";
  if (os::exists(complete)) {
    return size_of(images);
  }
  return settle(id)
      .and_then([&] { return os::remove_tree(images); })
      .and_then([&] { return os::make_dirs(images); })
      .and_then([&] { return os::make_dirs(work); })
      .and_then([&] { return os::publish(container.criu_config, "network-lock skip\n"); })
      .and_then([&] { return checkpoint(id, container, images, work); })
      .and_then([&] { return os::publish(complete, ""); })
      .and_then([&] { return size_of(images); });
}

Result<> CriuEngine::checkpoint(const MigrationId& id, const ContainerHandle& container,
                                const std::filesystem::path& images,
                                const std::filesystem::path& work) const {
  const auto done =
      os::run({.argv = {options_.runc, "--root", options_.runc_root, "checkpoint",
                        "--leave-running", "--tcp-established", "--file-locks", "--image-path",
                        images, "--work-path", work, container.runtime_id},
               .env = {{std::string(kDumpMark), id.str()}},
               .timeout = kDumpLimit});
  if (!done) {
    return std::unexpected(done.error());
  }
  if (done->status.ok()) {
    return {};
  }
  const auto lines = error_lines(work / "dump.log");
  return conflict(
      std::format("dumping container '{}': {}", container.name, lines.empty() ? done->err : lines));
}

Result<> CriuEngine::settle(const MigrationId& id) {
  const auto running = os::find_by_env(kDumpMark, id.str());
  if (!running) {
    return std::unexpected(running.error());
  }
  for (const auto process : *running) {
    if (auto gone = os::wait_gone(process, kDumpLimit); !gone) {
      return gone;
    }
  }
  return {};
}

}  // namespace drover::migrate
