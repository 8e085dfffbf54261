#include <format>
#include <memory>
#include <print>

#include "cli/command.h"
#include "cli/operator_api.h"
#include "cluster/local/manifest.h"
#include "os/clock.h"

namespace drover::cli {
namespace {

namespace local = cluster::local;

constexpr Duration kPause = std::chrono::milliseconds{50};

struct Settings {
  ClusterChoice choice;
  std::string file;
  std::string node;
  Waiting waiting;
  bool json = false;
};

// Services first: a pod is started with the names of those that are there.
Result<Json> put_services(OperatorApi& api, const std::vector<local::ManifestObject>& objects) {
  auto done = Json::array();
  for (const auto& object : objects) {
    if (const auto* service = std::get_if<local::ServiceSpec>(&object)) {
      auto put = api.put("/services/" + service->name, to_json(*service));
      if (!put) {
        return std::unexpected(doing("service " + service->name)(put.error()));
      }
      (*put)["kind"] = "Service";
      done.push_back(*std::move(put));
    }
  }
  return done;
}

Result<Json> put_pods(OperatorApi& api, const std::vector<local::ManifestObject>& objects,
                      const std::string& node) {
  auto done = Json::array();
  for (const auto& object : objects) {
    if (const auto* pod = std::get_if<local::PodManifest>(&object)) {
      const auto where = !node.empty() ? node : pod->node ? pod->node->str() : "";
      auto put =
          api.put(std::format("/pods/{}?node={}", pod->spec.name, where), to_json(pod->spec));
      if (!put) {
        return std::unexpected(doing("pod " + pod->spec.name)(put.error()));
      }
      (*put)["kind"] = "Pod";
      done.push_back(*std::move(put));
    }
  }
  return done;
}

// Until it is no longer Pending. False, said on stderr: it failed.
Result<bool> wait_for(OperatorApi& api, const std::string& pod, double timeout_s) {
  const os::Stopwatch watch;
  while (true) {
    const auto seen = api.get("/pods/" + pod);
    if (!seen) {
      return std::unexpected(seen.error());
    }
    const auto phase = field(*seen, "phase");
    if (phase == "Failed") {
      std::println(stderr, "drover: pod {}: {}", pod, field(*seen, "message"));
    }
    if (phase != "Pending") {
      return phase != "Failed";
    }
    if (static_cast<double>(watch.elapsed().count()) > timeout_s * 1000) {
      return timed_out(std::format("pod {} is still Pending: {}", pod, field(*seen, "message")));
    }
    os::pause_for(kPause);
  }
}

Result<int> wait_for_all(OperatorApi& api, const Json& pods, double timeout_s) {
  int code = kExitOk;
  for (const auto& pod : pods) {
    const auto running = wait_for(api, field(pod, "name"), timeout_s);
    if (!running) {
      return std::unexpected(running.error());
    }
    code = *running ? code : kExitFailed;
  }
  return code;
}

void print_done(const Json& done, bool as_json) {
  if (as_json) {
    print_json(done);
    return;
  }
  for (const auto& object : done) {
    const auto address = field(object, "clusterIP");
    std::println("{} {} {}{}", field(object, "kind"), field(object, "name"),
                 field(object, "action"), address.empty() ? "" : ", address " + address);
  }
}

Result<int> run(const Settings& settings) {
  const auto objects = local::load_manifest(settings.file);
  if (!objects) {
    return std::unexpected(objects.error());
  }
  auto api = OperatorApi::connect(settings.choice);
  if (!api) {
    return std::unexpected(api.error());
  }
  auto done = put_services(*api, *objects);
  const auto pods =
      done.and_then([&](const Json&) { return put_pods(*api, *objects, settings.node); });
  if (!pods) {
    return std::unexpected(pods.error());
  }
  done->insert(done->end(), pods->begin(), pods->end());
  print_done(*done, settings.json);
  return settings.waiting.wait ? wait_for_all(*api, *pods, settings.waiting.timeout_s)
                               : Result<int>(kExitOk);
}

}  // namespace

void add_apply(CLI::App& app, Action& action) {
  auto settings = std::make_shared<Settings>();
  app.add_option("-f,--file", settings->file, "manifest: Pods and Services")
      ->required()
      ->type_name("FILE");
  app.add_option("--node", settings->node, "start the pods on this node; wins over spec.nodeName")
      ->type_name("NAME");
  add_wait_options(app, settings->waiting, "wait until the pods run");
  add_cluster_options(app, settings->choice);
  app.add_flag("--json", settings->json, "print JSON");
  action = [settings] { return run(*settings); };
}

}  // namespace drover::cli
