#include "os/cgroup.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <format>
#include <ranges>
#include <set>
#include <string_view>

#include "os/clock.h"
#include "os/deadline.h"
#include "os/process.h"

namespace drover::os {

namespace {

constexpr Duration kRound = std::chrono::milliseconds(5);
// A control group stays busy for a moment after its last process has gone.
constexpr Duration kBusyTimeout = std::chrono::seconds(2);

std::vector<std::string_view> words(std::string_view line) {
  std::vector<std::string_view> result;
  for (const auto part : std::views::split(line, ' ')) result.emplace_back(part);
  return result;
}

// proc_pid_mountinfo(5): "ID PARENT MAJ:MIN ROOT MOUNTPOINT OPTIONS… - FSTYPE SOURCE SUPER". One
// mount point per hierarchy.
std::vector<Path> parse_hierarchies(std::string_view mountinfo) {
  constexpr std::size_t kDevice = 2;
  constexpr std::size_t kMountPoint = 4;
  std::vector<Path> mounts;
  std::set<std::string_view> seen;
  for (const auto part : std::views::split(mountinfo, '\n')) {
    const auto fields = words(std::string_view(part));
    const auto dash = std::ranges::find(fields, "-");
    if (fields.size() <= kMountPoint || fields.end() - dash < 2) continue;
    const bool is_cgroup = *(dash + 1) == "cgroup" || *(dash + 1) == "cgroup2";
    if (is_cgroup && seen.insert(fields[kDevice]).second) mounts.emplace_back(fields[kMountPoint]);
  }
  return mounts;
}

// Directories of the subtree, each after those inside it. One that vanishes meanwhile has none.
void collect_bottom_up(const Path& top, std::vector<Path>& into) {
  std::error_code error;
  for (std::filesystem::directory_iterator entries(top, error), end; !error && entries != end;
       entries.increment(error)) {
    if (entries->is_directory(error)) collect_bottom_up(entries->path(), into);
  }
  into.push_back(top);
}

std::vector<Path> bottom_up(const std::vector<Path>& tops) {
  std::vector<Path> all;
  for (const auto& top : tops) {
    if (os::exists(top)) collect_bottom_up(top, all);
  }
  return all;
}

void write_if_there(const Path& file, std::string_view value) {
  if (!os::exists(file)) return;
  [[maybe_unused]] const auto written =
      open_file(file, O_WRONLY).and_then([&](const Fd& fd) { return write_all(fd.get(), value); });
}

void read_pids(const Path& directory, std::set<pid_t>& into) {
  const auto text = read_file(directory / "cgroup.procs");
  if (!text) return;  // gone meanwhile
  for (const auto line : std::views::split(*text, '\n')) {
    const std::string_view digits(line);
    pid_t pid = 0;
    if (std::from_chars(digits.data(), digits.data() + digits.size(), pid).ec == std::errc()) {
      into.insert(pid);
    }
  }
}

// The membership is checked again behind the pidfd, so that a reused pid is not hit.
void kill_member(const CgroupTree& tree, pid_t pid) {
  const auto process = identify(pid);
  if (!process) return;
  const auto members = tree.processes();
  if (members && std::ranges::binary_search(*members, pid)) {
    [[maybe_unused]] const auto sent = kill(*process, SIGKILL);
  }
}

// A frozen task takes its SIGKILL when thawed, before any instruction of its own.
void thaw(const std::vector<Path>& directories) {
  for (const auto& directory : directories) {
    write_if_there(directory / "freezer.state", "THAWED");
    write_if_there(directory / "cgroup.freeze", "0");
  }
}

}  // namespace

Result<CgroupTree> CgroupTree::open(const std::string& path) {
  const Path relative = Path(path).relative_path();
  const bool climbs = std::ranges::contains(relative, Path(".."));
  if (!path.starts_with('/') || relative.empty() || climbs) {
    return invalid(std::format("control group '{}': need an absolute path below the root", path));
  }
  const auto mountinfo = read_file("/proc/self/mountinfo");
  if (!mountinfo) return std::unexpected(mountinfo.error());
  auto directories = parse_hierarchies(*mountinfo);
  if (directories.empty()) return unavailable("no control group hierarchy is mounted");
  for (auto& directory : directories) directory /= relative;
  return CgroupTree(std::move(directories));
}

Result<> CgroupTree::create() {
  constexpr mode_t kMode = 0755;
  for (const auto& directory : directories_) {
    if (auto made = make_dirs(directory, kMode); !made) return made;
  }
  return {};
}

bool CgroupTree::exists() const {
  return std::ranges::any_of(directories_, [](const Path& path) { return os::exists(path); });
}

Result<std::vector<pid_t>> CgroupTree::processes() const {
  std::set<pid_t> pids;
  for (const auto& directory : bottom_up(directories_)) read_pids(directory, pids);
  return std::ranges::to<std::vector>(pids);
}

Result<> CgroupTree::kill_all(Duration timeout) {
  const Deadline deadline(timeout);
  while (true) {
    const auto members = processes();
    if (!members) return std::unexpected(members.error());
    if (members->empty()) return {};
    if (deadline.passed()) {
      return timed_out(std::format("{} processes are still in {} after {}", members->size(),
                                   directories_.front().string(), timeout));
    }
    for (const auto pid : *members) kill_member(*this, pid);
    thaw(bottom_up(directories_));
    pause_for(kRound);
  }
}

Result<> CgroupTree::remove() {
  const Deadline deadline(kBusyTimeout);
  for (const auto& directory : bottom_up(directories_)) {
    while (::rmdir(directory.c_str()) != 0 && errno != ENOENT) {
      if (errno != EBUSY) return system_error("removing " + directory.string());
      std::set<pid_t> members;
      read_pids(directory, members);
      if (!members.empty() || deadline.passed()) {
        return conflict(
            std::format("removing {}: {} processes are in it", directory.string(), members.size()));
      }
      pause_for(kRound);
    }
  }
  return {};
}

}  // namespace drover::os
