#include "cluster/local/take_down.h"

#include <sys/mount.h>
#include <unistd.h>

#include <csignal>
#include <format>
#include <sstream>

#include "os/cgroup.h"
#include "os/file.h"
#include "os/process.h"

namespace drover::cluster::local {
namespace {

constexpr Duration kKillLimit = std::chrono::seconds{10};
constexpr int kRounds = 20;

// What was removed, and what could not be.
class Report {
 public:
  void removed(std::string what) { taken_.removed.push_back(std::move(what)); }
  void note(const Result<>& outcome) {
    if (!outcome) {
      left_ += (left_.empty() ? "" : "; ") + outcome.error().what;
    }
  }
  [[nodiscard]] Result<TakenDown> result() const {
    if (!left_.empty()) {
      return unavailable("not everything could be removed: " + left_);
    }
    return taken_;
  }

 private:
  TakenDown taken_;
  std::string left_;
};

// A process may start another while we look, so we look until there is none.
Result<> kill_processes(const ClusterPaths& paths, Report& report) {
  std::size_t count = 0;
  for (int round = 0; round < kRounds; ++round) {
    const auto found = os::find_by_env(kClusterVariable, paths.dir.string());
    if (!found) {
      return std::unexpected(found.error());
    }
    if (found->empty()) {
      if (count > 0) {
        report.removed(std::format("{} process{}", count, count == 1 ? "" : "es"));
      }
      return {};
    }
    for (const auto& process : *found) {
      (void)os::kill(process, SIGKILL);  // gone already is as good
    }
    for (const auto& process : *found) {
      if (auto gone = os::wait_gone(process, kKillLimit); !gone) {
        return gone;
      }
    }
    count += found->size();
  }
  return timed_out(std::format("processes with {}={} keep starting others", kClusterVariable,
                               paths.dir.string()));
}

Result<> remove_cgroups(const ClusterPaths& paths, Report& report) {
  auto tree = os::CgroupTree::open(paths.cgroup());
  if (!tree) {
    return std::unexpected(tree.error());
  }
  if (!tree->exists()) {
    return {};
  }
  return tree->kill_all(kKillLimit).and_then([&] { return tree->remove(); }).transform([&] {
    for (const auto& directory : tree->directories()) {
      ::rmdir(directory.parent_path()
                  .c_str());  // "/drover", shared with other clusters: goes with the last one
    }
    report.removed(std::format("control groups {}", paths.cgroup()));
  });
}

// mountinfo writes blanks and such as \040.
std::string unescaped(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size()) {
      plain += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 +
                                 (text[i + 3] - '0'));
      i += 3;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

// Mounts of containers are in namespaces that ended with their processes; this is for what an older
// version may have left.
Result<> remove_mounts(const std::filesystem::path& directory, Report& report) {
  const auto table = os::read_file("/proc/self/mountinfo");
  if (!table) {
    return std::unexpected(table.error());
  }
  std::istringstream lines(*table);
  const auto prefix = directory.string() + "/";
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::string id, parent, device, root, target;
    fields >> id >> parent >> device >> root >> target;
    target = unescaped(target);
    if (target.starts_with(prefix)) {
      if (::umount2(target.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW) != 0) {
        return os::system_error(std::format("unmounting {}", target));
      }
      report.removed(std::format("the mount {}", target));
    }
  }
  return {};
}

Result<> remove_folder(const std::filesystem::path& folder, Report& report) {
  if (!os::exists(folder)) {
    return {};
  }
  return os::remove_tree(folder).transform([&] { report.removed(folder.string()); });
}

void stop_running(const ClusterPaths& paths, Report& report) {
  report.note(kill_processes(paths, report));
  report.note(remove_cgroups(paths, report));
  report.note(remove_folder(paths.checkpoints(), report));
}

// Folders above the cluster's that `up` made, deepest first; another cluster in them keeps them.
void remove_parents(const std::string& made) {
  std::istringstream lines(made);
  for (std::string line; std::getline(lines, line);) {
    ::rmdir(line.c_str());
  }
}

}  // namespace

Result<TakenDown> stop_everything(const ClusterPaths& paths) {
  Report report;
  stop_running(paths, report);
  return report.result();
}

Result<TakenDown> take_down(const ClusterPaths& paths) {
  Report report;
  stop_running(paths, report);
  report.note(remove_mounts(paths.dir, report));
  if (const auto made = os::read_file(paths.made_parents())) {
    report.note(remove_folder(paths.dir, report));
    remove_parents(*made);
  } else {
    ::rmdir(paths.dir.c_str());  // a start that got no further than this; with anything in it, it
                                 // is not ours
  }
  return report.result();
}

}  // namespace drover::cluster::local
