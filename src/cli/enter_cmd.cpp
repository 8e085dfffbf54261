#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <format>
#include <iterator>
#include <memory>
#include <vector>

#include "cli/command.h"
#include "cluster/local/cluster_file.h"
#include "cluster/local/holder.h"
#include "os/file.h"

namespace drover::cli {
namespace {

namespace local = cluster::local;

struct Settings {
  ClusterChoice choice;
  std::string node;
  std::vector<std::string> command;
};

Result<std::filesystem::path> holder_of(const Settings& settings,
                                        const local::ClusterPaths& paths) {
  if (!os::exists(paths.cluster_file())) {
    return not_found(std::format("there is no cluster '{}' in {}; `drover up` makes one",
                                 paths.name(), paths.dir.parent_path().string()));
  }
  if (settings.node.empty()) {
    return paths.fabric();
  }
  return local::load_own_cluster_file(paths).and_then(
      [&](const local::ClusterFile& cluster) -> Result<std::filesystem::path> {
        if (find_node(cluster, NodeId{settings.node}) == nullptr) {
          return not_found(
              std::format("there is no node '{}'; `drover get nodes` lists them", settings.node));
        }
        return paths.node_holder(NodeId{settings.node});
      });
}

// The network namespace alone: a mount namespace of its own would make the command's files look
// different from the user's. The mark lets `down` end the command, which would otherwise keep the
// cluster's network alive.
Result<int> replace_process(const Settings& settings, const local::ClusterPaths& paths) {
  ::setenv(local::kClusterVariable, paths.dir.c_str(), 1);
  std::vector<char*> argv;
  std::ranges::transform(settings.command, std::back_inserter(argv), [](const std::string& word) {
    return const_cast<char*>(word.c_str());  // execvp takes but does not change them
  });
  argv.push_back(nullptr);
  ::execvp(argv.front(), argv.data());
  return os::system_error(std::format("running {}", settings.command.front()), errno);
}

Result<int> run(const Settings& settings) {
  const auto paths = settings.choice.paths();
  return holder_of(settings, paths)
      .and_then([](const std::filesystem::path& holder) {
        return local::held_namespace(holder, "the holder of that network namespace");
      })
      .and_then([](const os::NetNamespace& network) { return network.enter(); })
      .and_then([&] { return replace_process(settings, paths); });
}

}  // namespace

void add_enter(CLI::App& app, Action& action) {
  auto settings = std::make_shared<Settings>();
  app.add_option("--node", settings->node, "in this node's network instead of the fabric's")
      ->type_name("NAME");
  add_cluster_options(app, settings->choice);
  app.add_option("COMMAND", settings->command, "after --: the command and its arguments")
      ->required();
  app.positionals_at_end();
  app.footer(
      "Runs a command where pods and services can be reached: drover enter -- redis-cli -h "
      "10.77.11.2 ping\n"
      "Its exit code is the command's. `drover down` ends it.");
  action = [settings] { return run(*settings); };
}

}  // namespace drover::cli
