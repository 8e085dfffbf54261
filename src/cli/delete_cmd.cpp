#include <format>
#include <memory>
#include <print>

#include "cli/command.h"
#include "cli/operator_api.h"
#include "cluster/local/agent_pool.h"
#include "os/clock.h"

namespace drover::cli {
namespace {

constexpr Duration kPause = std::chrono::milliseconds{50};

struct Settings {
  ClusterChoice choice;
  std::string kind;
  std::string name;
  Waiting waiting;
  bool json = false;
};

Result<> wait_until_gone(OperatorApi& api, const std::string& path, double timeout_s) {
  const os::Stopwatch watch;
  while (true) {
    const auto seen = api.get(path);
    if (!seen) {
      return seen.error().code == Code::kNotFound ? Result<>{} : std::unexpected(seen.error());
    }
    if (static_cast<double>(watch.elapsed().count()) > timeout_s * 1000) {
      return timed_out(std::format("{} is still there: {}", path, field(*seen, "message")));
    }
    os::pause_for(kPause);
  }
}

Result<int> run(const Settings& settings) {
  auto api = OperatorApi::connect(settings.choice);
  if (!api) {
    return std::unexpected(api.error());
  }
  const auto path =
      std::format("/{}s/{}", settings.kind, cluster::local::url_escaped(settings.name));
  const auto deleted = api->remove(path);
  const auto gone = deleted.and_then([&](const Json&) {
    return settings.waiting.wait ? wait_until_gone(*api, path, settings.waiting.timeout_s)
                                 : Result<>{};
  });
  if (!gone) {
    return std::unexpected(gone.error());
  }
  const auto action = settings.waiting.wait ? "deleted" : field(*deleted, "action");
  if (settings.json) {
    print_json({{"kind", settings.kind}, {"name", settings.name}, {"action", action}});
  } else {
    std::println("{} {} {}", settings.kind, settings.name, action);
  }
  return kExitOk;
}

}  // namespace

void add_delete(CLI::App& app, Action& action) {
  auto settings = std::make_shared<Settings>();
  app.add_option("KIND", settings->kind, "pod or service")
      ->required()
      ->check(CLI::IsMember({"pod", "service"}));
  app.add_option("NAME", settings->name, "its name")->required();
  add_wait_options(app, settings->waiting, "wait until nothing of it is left");
  add_cluster_options(app, settings->choice);
  app.add_flag("--json", settings->json, "print JSON");
  action = [settings] { return run(*settings); };
}

}  // namespace drover::cli
