#include "cli/controller.h"

#include <format>

#include "cli/carbon_keeper.h"
#include "cli/carbon_service.h"
#include "cli/control_thread.h"
#include "cli/controller_routes.h"
#include "cli/migration_service.h"
#include "cluster/local/certificates.h"
#include "cluster/local/folder_lock.h"
#include "cluster/local/holder.h"
#include "cluster/local/process_file.h"
#include "os/command.h"
#include "os/log.h"
#include "os/signal.h"

namespace drover::cli {
namespace {

namespace local = cluster::local;

// A pod that may be moved: it runs and nobody is deleting it.
Result<PodPlace> place_of(const local::ClusterState& state, const WorkloadId& name) {
  return state.pod(name).and_then([](const local::PodRecord& pod) -> Result<PodPlace> {
    if (pod.deleting) {
      return conflict(std::format("pod '{}' is being deleted", pod.spec.name));
    }
    const bool runs = pod.phase == cluster::WorkloadPhase::kRunning ||
                      pod.phase == cluster::WorkloadPhase::kMigrating;
    if (!pod.node || !runs) {
      return conflict(std::format("pod '{}' is {}; only a running pod can be moved", pod.spec.name,
                                  to_string(pod.phase)));
    }
    return PodPlace{.node = *pod.node, .spec = to_json(pod.spec)};
  });
}

Result<migrate::AgentEndpoint> endpoint_of(const local::ClusterFile& cluster, const NodeId& node) {
  if (find_node(cluster, node) == nullptr) {
    return not_found(std::format("there is no node '{}'; `drover get nodes` lists them", node));
  }
  return migrate::AgentEndpoint{
      .address = to_string(cluster.network.node(node_number(cluster, node))),
      .port = cluster.agent_port};
}

// Where it lives first, then the routes: after a crash in between, the migration is still open and
// this is called again.
Result<> announce(local::ClusterState& state, local::Router& router, const WorkloadId& pod,
                  const NodeId& node) {
  return state.move(pod, node)
      .and_then([&] { return state.pod(pod); })
      .and_then([&](const local::PodRecord& record) {
        return router.announce(pod, record.spec.ip, node);
      });
}

// Everything of the controller that lives as long as it. Members are made in order, and end in the
// opposite one.
struct Controller {
  local::ClusterPaths paths;
  local::ClusterFile cluster;
  local::ClusterState state;
  local::AgentPool api_agents;
  local::AgentPool reconcile_agents;
  local::AgentPool router_agents;
  local::Router router{cluster, router_agents};
  control::ViewBoard views;
  std::unique_ptr<ClusterTime> time;
  std::unique_ptr<Migrations> migrations;
  std::unique_ptr<ReconcileThread> reconciler;
  std::unique_ptr<ControlThread> control;
  std::unique_ptr<CarbonKeeper> carbon_keeper;  // null: nothing is fetched
  std::unique_ptr<CarbonService> carbon_api;

  Controller(local::ClusterPaths of, local::ClusterFile file, local::ClusterState opened,
             std::vector<local::AgentPool> pools)
      : paths(std::move(of)),
        cluster(std::move(file)),
        state(std::move(opened)),
        api_agents(std::move(pools[0])),
        reconcile_agents(std::move(pools[1])),
        router_agents(std::move(pools[2])) {}

  static Result<std::unique_ptr<Controller>> make(const local::ClusterPaths& paths,
                                                  const local::ClusterFile& cluster);
  // `machine`: the network namespace in which providers are reached.
  Result<> start(os::NetNamespace machine);
  Result<> start_migrations();
  void start_fetching(const os::Path& drover, os::NetNamespace machine);
  ControllerParts parts();
};

Result<std::unique_ptr<Controller>> Controller::make(const local::ClusterPaths& paths,
                                                     const local::ClusterFile& cluster) {
  constexpr int kPools = 3;  // whoever must not wait for others has its own
  std::vector<local::AgentPool> pools;
  for (int i = 0; i < kPools; ++i) {
    auto pool = local::AgentPool::make(cluster, paths);
    if (!pool) {
      return std::unexpected(pool.error());
    }
    pools.push_back(*std::move(pool));
  }
  return local::ClusterState::open(paths.cluster_db()).transform([&](local::ClusterState state) {
    return std::make_unique<Controller>(paths, cluster, std::move(state), std::move(pools));
  });
}

Result<> Controller::start_migrations() {
  return MigrationService::start(
             {.cluster = paths,
              .tls = controller_tls(paths),
              .agents = [this](const NodeId& node) { return endpoint_of(cluster, node); },
              .place_of = [this](const WorkloadId& pod) { return place_of(state, pod); },
              .check_node =
                  [this](const NodeId& node) {
                    return endpoint_of(cluster, node).transform([](const auto& /*known*/) {});
                  },
              .announce = [this](
                              const WorkloadId& pod,
                              const NodeId& node) { return announce(state, router, pod, node); }})
      .transform(
          [&](std::unique_ptr<MigrationService> service) { migrations = std::move(service); });
}

void Controller::start_fetching(const os::Path& drover, os::NetNamespace machine) {
  if (cluster.carbon.providers) {
    carbon_keeper = std::make_unique<CarbonKeeper>(
        CarbonKeeper::Settings{.drover = drover,
                               .providers = *cluster.carbon.providers,
                               .store = *cluster.carbon.store},
        std::move(machine));
  }
}

Result<> Controller::start(os::NetNamespace machine) {
  return make_cluster_time(cluster.clock, state)
      .transform([&](std::unique_ptr<ClusterTime> made) { time = std::move(made); })
      .and_then([&] { return start_migrations(); })
      .and_then([] { return os::self_exe(); })
      .and_then([&](const os::Path& drover) {
        start_fetching(drover, std::move(machine));
        reconciler = std::make_unique<ReconcileThread>(
            local::Reconciler::Ports{
                .cluster = cluster,
                .state = state,
                .agents = reconcile_agents,
                .router = router,
                .migrating = [this](const WorkloadId& pod) { return migrations->open_for(pod); }},
            local::AgentKeeper(cluster, paths, drover));
        return ControlThread::start({.cluster = cluster,
                                     .paths = paths,
                                     .state = state,
                                     .migrations = *migrations,
                                     .time = *time,
                                     .views = views});
      })
      .transform([&](std::unique_ptr<ControlThread> started) { control = std::move(started); })
      .and_then([&] { return carbon_options(cluster.carbon); })
      .and_then([&](const CarbonService::Options& options) {
        return CarbonService::make(options, *time);
      })
      .transform([&](std::unique_ptr<CarbonService> made) { carbon_api = std::move(made); });
}

ControllerParts Controller::parts() {
  return {.cluster = cluster,
          .paths = paths,
          .state = state,
          .agents = api_agents,
          .reconciler = *reconciler,
          .migrations = *migrations,
          .time = *time,
          .views = views,
          .carbon_keeper = carbon_keeper.get()};
}

Result<> enter_fabric(const local::ClusterPaths& paths) {
  return local::held_namespace(paths.fabric(), "the fabric's namespace holder")
      .and_then([](const os::NetNamespace& fabric) { return fabric.enter(); });
}

Result<> serve(Controller& controller, os::HttpServer& server, const std::string& address,
               os::SignalWaiter& signals) {
  const auto parts = controller.parts();
  add_pod_routes(server, parts);
  add_service_routes(server, parts);
  add_migration_routes(server, parts);
  add_status_routes(server, parts);
  add_carbon_routes(server, *controller.carbon_api);
  const auto served =
      server.start()
          .and_then([&] {
            return local::write_process_file(parts.paths.controller(),
                                             {.id = os::identify_self(), .address = address});
          })
          .and_then([&] {
            os::log_info("serving {} by process {}", address, os::identify_self().pid);
            return signals.wait();
          });
  server.stop();
  return served.transform([](auto) {});
}

}  // namespace

Result<> run_controller(const local::ClusterPaths& paths) {
  auto signals = os::SignalWaiter::for_termination();
  const auto cluster = local::load_own_cluster_file(paths);
  if (!cluster) {
    return std::unexpected(cluster.error());
  }
  const auto only = local::lock_folder(
      paths.ca(), std::format("the controller of cluster '{}' runs already", paths.name()));
  auto server = os::HttpServer::make({.tls = controller_tls(paths)});
  if (!signals || !only || !server) {
    return std::unexpected(!signals ? signals.error() : !only ? only.error() : server.error());
  }
  const auto& listen = cluster->listen;
  const auto port =
      server->bind(listen.host, listen.port,
                   std::format("controller.listen of {}", paths.cluster_file().string()));
  if (!port) {
    return std::unexpected(port.error());
  }
  auto machine = os::NetNamespace::of_calling_thread();
  auto controller = enter_fabric(paths).and_then([&] { return Controller::make(paths, *cluster); });
  if (!machine || !controller) {
    return std::unexpected(machine ? controller.error() : machine.error());
  }
  return (*controller)->start(*std::move(machine)).and_then([&] {
    return serve(**controller, *server, std::format("{}:{}", listen.host, *port), *signals);
  });
}

}  // namespace drover::cli
