#include "cluster/local/bring_up.h"

#include <format>

#include "cluster/local/certificates.h"
#include "cluster/local/daemons.h"
#include "cluster/local/fabric.h"
#include "cluster/local/folder_lock.h"
#include "cluster/local/holder.h"
#include "cluster/local/process_file.h"
#include "cluster/local/take_down.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/http_server.h"

namespace drover::cluster::local {
namespace {

struct Step {
  std::string name;
  std::function<Result<>()> run;
};

Result<> run_steps(const UpRequest& request, const std::vector<Step>& steps) {
  for (const auto& step : steps) {
    if (request.interrupted()) {
      return unavailable("interrupted");
    }
    request.progress(step.name);
    if (auto done = step.run(); !done) {
      return done;
    }
  }
  return {};
}

DaemonRequest daemons(const UpRequest& request) {
  return {.paths = request.paths, .drover = request.drover, .interrupted = request.interrupted};
}

// Each folder above the cluster's that is not there yet, deepest first.
std::string missing_parents(const ClusterPaths& paths) {
  std::string missing;
  for (auto folder = paths.dir.parent_path(); !os::exists(folder) && folder != folder.parent_path();
       folder = folder.parent_path()) {
    missing += folder.string() + "\n";
  }
  return missing;
}

// So that a port in use is found before anything else is made.
Result<> check_port(const UpRequest& request) {
  const auto& listen = request.cluster.listen;
  return os::HttpServer::make({.tls = controller_tls(request.paths)})
      .and_then([&](os::HttpServer server) {
        return server
            .bind(listen.host, listen.port,
                  std::format("controller.listen of {}", request.file.string()))
            .transform([](int /*port*/) {});
      });
}

Result<> make_fabric_namespace(const UpRequest& request) {
  return start_holder(request.drover, request.paths, request.paths.fabric())
      .and_then([](os::ProcessId holder) { return os::NetNamespace::of(holder); })
      .and_then(
          [&](const os::NetNamespace& fabric) { return make_fabric(fabric, request.cluster); });
}

Result<> make_node(const UpRequest& request, const NodeEntry& node) {
  const auto fabric = held_namespace(request.paths.fabric(), "the fabric");
  if (!fabric) {
    return std::unexpected(fabric.error());
  }
  return start_holder(request.drover, request.paths, request.paths.node_holder(node.name))
      .and_then([](os::ProcessId holder) { return os::NetNamespace::of(holder); })
      .and_then([&](const os::NetNamespace& own) {
        return attach_node(*fabric, own, request.cluster, node);
      });
}

std::vector<Step> steps_of(const UpRequest& request) {
  std::vector<Step> steps;
  steps.emplace_back("certificates", [&] {
    return make_certificates(request.paths, request.cluster, os::RealClock().now());
  });
  steps.emplace_back("listen address", [&] { return check_port(request); });
  steps.emplace_back("fabric", [&] { return make_fabric_namespace(request); });
  for (const auto& node : request.cluster.nodes) {
    steps.emplace_back(std::format("node {}", node.name), [&] { return make_node(request, node); });
  }
  for (const auto& node : request.cluster.nodes) {
    steps.emplace_back(std::format("agent {}", node.name),
                       [&] { return start_agent(daemons(request), node.name); });
  }
  steps.emplace_back("controller", [&] { return start_controller(daemons(request)); });
  steps.emplace_back("ready", [&] { return wait_until_ready(daemons(request)); });
  steps.emplace_back("complete", [&] { return os::atomic_write(request.paths.complete(), ""); });
  return steps;
}

// The cluster file and the folders above: written first, since `down` needs to know them from then
// on.
Result<> make_folder(const UpRequest& request, const std::string& parents) {
  const auto origin = std::filesystem::absolute(request.file).lexically_normal();
  return os::atomic_write(request.paths.made_parents(), parents)
      .and_then([&] { return os::atomic_write(request.paths.origin(), origin.string()); })
      .and_then([&] { return os::atomic_write(request.paths.cluster_file(), request.text); });
}

Result<UpReport> make_cluster(const UpRequest& request, const std::string& parents) {
  const auto made =
      make_folder(request, parents).and_then([&] { return run_steps(request, steps_of(request)); });
  if (made) {
    return UpReport{};
  }
  request.progress("undo");
  auto error = made.error();
  const auto removed = take_down(request.paths);
  error.what += removed ? "; nothing of the cluster is left" : "; " + removed.error().what;
  return std::unexpected(error);
}

// A dead holder took its network with it, and the pods of that node, which nothing can bring back.
Result<> check_holders(const UpRequest& request) {
  auto checked = live_process(request.paths.fabric(), "the fabric's namespace holder")
                     .transform([](const auto& /*record*/) {});
  for (const auto& node : request.cluster.nodes) {
    checked = checked.and_then([&] {
      return live_process(request.paths.node_holder(node.name),
                          std::format("the namespace holder of node {}", node.name))
          .transform([](const auto& /*record*/) {});
    });
  }
  return checked.transform_error([](Error error) {
    error.code = Code::kConflict;
    error.what +=
        "; the network cannot be mended while pods run in it: `drover down`, then `drover up`";
    return error;
  });
}

Result<UpReport> resume_cluster(const UpRequest& request) {
  UpReport report{.was_up = true, .started = {}};
  std::vector<Step> steps{{"network", [&] { return check_holders(request); }}};
  for (const auto& node : request.cluster.nodes) {
    if (!live_process(request.paths.agent(node.name), "")) {
      steps.emplace_back(std::format("agent {}", node.name),
                         [&] { return start_agent(daemons(request), node.name); });
      report.started.push_back(std::format("agent of node {}", node.name));
    }
  }
  if (!live_process(request.paths.controller(), "")) {
    steps.emplace_back("controller", [&] { return start_controller(daemons(request)); });
    report.started.emplace_back("controller");
  }
  steps.emplace_back("ready", [&] { return wait_until_ready(daemons(request)); });
  return run_steps(request, steps).transform([&] { return report; });
}

Result<> check_same_file(const UpRequest& request) {
  return os::read_file(request.paths.cluster_file())
      .and_then([&](const std::string& stored) -> Result<> {
        if (stored != request.text) {
          return conflict(std::format(
              "cluster '{}' is up with another cluster file, {}; `drover down` removes it first",
              request.paths.name(), request.paths.cluster_file().string()));
        }
        return {};
      });
}

Result<os::DirLock> lock(const ClusterPaths& paths) {
  return os::make_dirs(paths.dir).and_then([&] {
    return lock_folder(paths.dir, std::format("another `drover up` or `drover down` is at work on "
                                              "cluster '{}'; wait for it",
                                              paths.name()));
  });
}

}  // namespace

Result<UpReport> bring_up(const UpRequest& request) {
  auto parents = missing_parents(request.paths);
  auto held = lock(request.paths);
  if (!held) {
    return std::unexpected(held.error());
  }
  if (os::exists(request.paths.complete())) {
    return check_same_file(request).and_then([&] { return resume_cluster(request); });
  }
  if (os::exists(request.paths.made_parents())) {
    request.progress("clear what an interrupted start left");
    parents = os::read_file(request.paths.made_parents()).value_or("");
    if (const auto cleared = take_down(request.paths); !cleared) {
      return std::unexpected(cleared.error());
    }
    held = lock(request.paths);  // on the new folder
    if (!held) {
      return std::unexpected(held.error());
    }
  }
  if (const auto content = os::list_dir(request.paths.dir); content && !content->empty()) {
    return conflict(std::format(
        "the folder {} is there already and is no cluster; choose another --cluster or --state-dir",
        request.paths.dir.string()));
  }
  return make_cluster(request, parents);
}

}  // namespace drover::cluster::local
