#include <format>
#include <memory>

#include "cli/agent_migration.h"
#include "cli/agent_routes.h"
#include "cli/command.h"
#include "cluster/local/certificates.h"
#include "cluster/local/fabric.h"
#include "cluster/local/folder_lock.h"
#include "cluster/local/holder.h"
#include "cluster/local/process_file.h"
#include "os/command.h"
#include "os/log.h"
#include "os/mounts.h"
#include "os/signal.h"

namespace drover::cli {
namespace {

namespace local = cluster::local;
namespace pods = cluster::pods;

struct Settings {
  ClusterChoice cluster;
  std::string node;
};

struct Place {
  local::ClusterPaths paths;
  local::ClusterFile cluster;
  NodeId node;
};

Result<Place> find_place(const Settings& settings) {
  const auto paths = settings.cluster.paths();
  return local::load_own_cluster_file(paths).and_then(
      [&](local::ClusterFile cluster) -> Result<Place> {
        if (find_node(cluster, NodeId{settings.node}) == nullptr) {
          return not_found(
              std::format("--node: cluster '{}' has no node '{}'", paths.name(), settings.node));
        }
        return Place{.paths = paths, .cluster = std::move(cluster), .node = NodeId{settings.node}};
      });
}

// Mounts of its own first, then the node's network: all threads and children are born in both.
Result<> enter(const Place& place) {
  return os::new_private_mounts()
      .and_then([&] {
        return local::held_namespace(place.paths.node_holder(place.node),
                                     std::format("the holder of node {}", place.node));
      })
      .and_then([](const os::NetNamespace& own) { return own.enter(); });
}

Result<pods::PodRuntimeOptions> runtime_options(const Place& place) {
  return os::self_exe().transform([&](const os::Path& drover) {
    return pods::PodRuntimeOptions{.cluster = place.paths.cgroup_name(),
                                   .node = place.node,
                                   .paths = place.paths.node(place.node),
                                   .cluster_dir = place.paths.dir,
                                   .drover = drover,
                                   .drover_runtime = drover.parent_path() / "drover-runtime",
                                   .images = place.paths.images(),
                                   .mtu = local::kMtu};
  });
}

// From here on whoever asks finds it.
Result<> announce(const Place& place, const std::string& address) {
  return local::write_process_file(place.paths.agent(place.node),
                                   {.id = os::identify_self(), .address = address});
}

Result<> serve(const Place& place, pods::PodRuntime& runtime, AgentMigration& migration,
               os::SignalWaiter& signals) {
  PodRemover remover(runtime);
  auto server = os::HttpServer::make({.tls = node_tls(place.paths, place.node)});
  if (!server) {
    return std::unexpected(server.error());
  }
  add_agent_routes(
      *server,
      {.node = place.node, .cluster = place.cluster, .runtime = runtime, .remover = remover});
  migration.add_routes(*server);
  const auto address =
      to_string(place.cluster.network.node(node_number(place.cluster, place.node)));
  return server->bind(address, place.cluster.agent_port, "agent.port")
      .and_then([&](int port) {
        return server->start().and_then(
            [&] { return announce(place, std::format("{}:{}", address, port)); });
      })
      .and_then([&] {
        os::log_info("node {} is served by process {}", place.node, os::identify_self().pid);
        return signals.wait().transform([](auto) {});
      })
      .transform([&] { server->stop(); });
}

Result<int> run(const Settings& settings) {
  const auto place = find_place(settings);
  if (!place) {
    return std::unexpected(place.error());
  }
  os::set_process_name("drover-agent");
  auto signals = os::SignalWaiter::for_termination();
  const auto only =
      local::lock_folder(place->paths.node(place->node).dir,
                         std::format("the agent of node '{}' runs already", place->node));
  if (!signals || !only) {
    return std::unexpected(signals ? only.error() : signals.error());
  }
  const auto options =
      enter(*place)
          .and_then([&] { return os::setup_log({.name = "agent " + settings.node, .file = {}}); })
          .and_then([&] { return runtime_options(*place); });
  if (!options) {
    return std::unexpected(options.error());
  }
  pods::PodRuntime runtime(*options);
  auto migration = AgentMigration::make(
      {.cluster = place->paths, .node = place->node, .tls = node_tls(place->paths, place->node)},
      runtime);
  if (!migration) {
    return std::unexpected(migration.error());
  }
  return serve(*place, runtime, **migration, *signals).transform([] { return int{kExitOk}; });
}

}  // namespace

void add_agent(CLI::App& app, Action& action) {
  auto settings = std::make_shared<Settings>();
  add_cluster_options(app, settings->cluster);
  app.add_option("--node", settings->node, "the node of the cluster that it serves")
      ->required()
      ->type_name("NAME");
  action = [settings] { return run(*settings); };
}

}  // namespace drover::cli
