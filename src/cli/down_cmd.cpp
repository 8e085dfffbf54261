#include <format>
#include <memory>
#include <print>

#include "cli/command.h"
#include "cli/operator_api.h"
#include "cluster/local/folder_lock.h"
#include "cluster/local/take_down.h"
#include "os/file.h"

namespace drover::cli {
namespace {

namespace local = cluster::local;

struct Settings {
  ClusterChoice choice;
  bool json = false;
};

// Against an `up` that is at work. No folder, no lock: then only what runs without one is looked
// for.
Result<std::optional<os::DirLock>> lock(const local::ClusterPaths& paths) {
  if (!os::exists(paths.dir)) {
    return std::nullopt;
  }
  return local::lock_folder(paths.dir,
                            std::format("another `drover up` or `drover down` is at work on "
                                        "cluster '{}'; wait for it or interrupt it",
                                        paths.name()))
      .transform([](os::DirLock held) { return std::optional(std::move(held)); });
}

void print_report(const local::ClusterPaths& paths, const local::TakenDown& taken, bool as_json) {
  if (as_json) {
    print_json({{"cluster", paths.name()}, {"removed", taken.removed}});
    return;
  }
  for (const auto& what : taken.removed) {
    std::println("removed {}", what);
  }
  std::println("cluster '{}' is down{}", paths.name(),
               taken.removed.empty() ? "; there was nothing of it" : "");
}

Result<int> run(const Settings& settings) {
  const auto paths = settings.choice.paths();
  const auto held = lock(paths);
  if (!held) {
    return std::unexpected(held.error());
  }
  return local::take_down(paths).transform([&](const local::TakenDown& taken) {
    print_report(paths, taken, settings.json);
    return int{kExitOk};
  });
}

}  // namespace

void add_down(CLI::App& app, Action& action) {
  auto settings = std::make_shared<Settings>();
  add_cluster_options(app, settings->choice);
  app.add_flag("--json", settings->json, "print JSON");
  app.footer(
      "Stops every pod and removes all that belongs to the cluster, in whatever state it is. Safe "
      "to repeat.");
  action = [settings] { return run(*settings); };
}

}  // namespace drover::cli
