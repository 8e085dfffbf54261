#include <format>
#include <memory>
#include <print>

#include "cli/command.h"
#include "cli/operator_api.h"
#include "cluster/local/quantity.h"

namespace drover::cli {
namespace {

struct Settings {
  ClusterChoice choice;
  std::string advance;
  bool json = false;
};

Result<Json> ask(const Settings& settings, OperatorApi& api) {
  if (settings.advance.empty()) {
    return api.get("/clock");
  }
  return cluster::local::parse_duration(settings.advance)
      .transform_error(doing(std::format("--advance: '{}'", settings.advance)))
      .and_then(
          [&](Duration by) { return api.put("/clock", Json{{"advance_ms", by.count()}}.dump()); });
}

}  // namespace

void add_clock(CLI::App& app, Action& action) {
  auto settings = std::make_shared<Settings>();
  app.add_option("--advance", settings->advance, "set a simulated clock forward, such as 1h")
      ->type_name("TIME");
  add_cluster_options(app, settings->choice);
  app.add_flag("--json", settings->json, "print JSON");
  action = [settings]() -> Result<int> {
    return OperatorApi::connect(settings->choice)
        .and_then([&](OperatorApi api) { return ask(*settings, api); })
        .transform([&](const Json& clock) {
          if (settings->json) {
            print_json(clock);
          } else {
            std::println("{} ({})", field(clock, "now"), field(clock, "mode"));
          }
          return int{kExitOk};
        });
  };
}

}  // namespace drover::cli
