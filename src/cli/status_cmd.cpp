#include <format>
#include <memory>
#include <print>

#include "cli/command.h"
#include "cli/describe.h"

namespace drover::cli {
namespace {

struct Settings {
  ClusterChoice choice;
  bool json = false;
};

void print_status(const Json& status) {
  const auto& clock = status.value("clock", Json::object());
  const auto& policy = status.value("policy", Json::object());
  const bool synthetic = field(status, "carbon_data") == "synthetic";
  std::println("cluster {}, {} ({} clock{}), policy {} with {}", field(status, "cluster"),
               field(clock, "now"), field(clock, "mode"),
               field(clock, "mode") == "accelerated"
                   ? std::format(", {:g} times real time", number_field(clock, "speed"))
                   : "",
               field(policy, "name"), field(policy, "forecaster"));
  std::println("carbon intensities: {}\n", synthetic ? "synthetic" : "from the store");
  std::print("{}\n{}", describe_nodes(status.value("nodes", Json::array())),
             describe_pods(status.value("pods", Json::array())));
  if (const auto feeds = status.value("carbon_feeds", Json::array()); !feeds.empty()) {
    std::print("\n{}", describe_feeds(feeds));
  }
  if (const auto services = status.value("services", Json::array()); !services.empty()) {
    std::print("\n{}", describe_services(services));
  }
  if (const auto migrations = status.value("migrations", Json::array()); !migrations.empty()) {
    std::print("\n{}", describe_migrations(migrations));
  }
  for (const auto& flag : policy.value("flags", Json::array())) {
    std::println("\nnote: {}: {}", field(flag, "stage"), field(flag, "what"));
  }
}

}  // namespace

void add_status(CLI::App& app, Action& action) {
  auto settings = std::make_shared<Settings>();
  add_cluster_options(app, settings->choice);
  app.add_flag("--json", settings->json, "print JSON");
  action = [settings]() -> Result<int> {
    return OperatorApi::connect(settings->choice)
        .and_then([](OperatorApi api) { return api.get("/status"); })
        .transform([&](const Json& status) {
          settings->json ? print_json(status) : print_status(status);
          return int{kExitOk};
        });
  };
}

}  // namespace drover::cli
