#include <format>
#include <memory>
#include <print>

#include "cli/command.h"
#include "cli/describe.h"
#include "os/clock.h"

namespace drover::cli {
namespace {

constexpr Duration kPause = std::chrono::milliseconds{20};

struct Settings {
  ClusterChoice choice;
  std::string pod;
  std::string node;
  std::string reason = "asked for by hand";
  Waiting waiting{.wait = false, .timeout_s = 120};
  bool json = false;
};

// A controller that is away for a moment is asked again: the migration goes on when it is back.
Result<Json> wait_for(const Settings& settings, const std::string& id) {
  const os::Stopwatch watch;
  Result<Json> seen = unavailable("not asked yet");
  while (static_cast<double>(watch.elapsed().count()) < settings.waiting.timeout_s * 1000) {
    seen = OperatorApi::connect(settings.choice).and_then([&](OperatorApi api) {
      return api.get("/migrations/" + id);
    });
    if (seen && field(*seen, "outcome") != "open") {
      return seen;
    }
    os::pause_for(kPause);
  }
  return timed_out(std::format(
      "migration {} is not over after {:g} s: {}; `drover get migration {}` shows it", id,
      settings.waiting.timeout_s, seen ? "phase " + field(*seen, "phase") : seen.error().what, id));
}

Result<int> run(const Settings& settings) {
  auto begun = OperatorApi::connect(settings.choice).and_then([&](OperatorApi api) {
    return api.post("/migrations",
                    {{"pod", settings.pod}, {"to", settings.node}, {"reason", settings.reason}});
  });
  const auto over = begun.and_then([&](const Json& migration) {
    return settings.waiting.wait ? wait_for(settings, field(migration, "id"))
                                 : Result<Json>(migration);
  });
  return over.transform([&](const Json& migration) -> int {
    if (settings.json) {
      print_json(migration);
    } else if (settings.waiting.wait) {
      std::print("{}", describe_timeline(migration));
    } else {
      std::println("migration {} of pod {} to {} has begun", field(migration, "id"), settings.pod,
                   settings.node);
    }
    return field(migration, "outcome") == "aborted" ? kExitFailed : kExitOk;
  });
}

}  // namespace

void add_migrate(CLI::App& app, Action& action) {
  auto settings = std::make_shared<Settings>();
  app.add_option("POD", settings->pod, "name of the pod")->required();
  app.add_option("--to", settings->node, "the node it is moved to")->required()->type_name("NODE");
  app.add_option("--reason", settings->reason, "kept with the migration")
      ->capture_default_str()
      ->type_name("TEXT");
  add_wait_options(
      app, settings->waiting,
      "wait until it is over and print its phases; exit code 1 when it was rolled back");
  add_cluster_options(app, settings->choice);
  app.add_flag("--json", settings->json, "print JSON");
  action = [settings] { return run(*settings); };
}

}  // namespace drover::cli
