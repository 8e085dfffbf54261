#include <memory>
#include <print>

#include "cli/command.h"
#include "cli/operator_api.h"
#include "cluster/local/agent_pool.h"

namespace drover::cli {
namespace {

struct Settings {
  ClusterChoice choice;
  std::string pod;
  bool json = false;
};

}  // namespace

void add_explain(CLI::App& app, Action& action) {
  auto settings = std::make_shared<Settings>();
  app.add_option("WORKLOAD", settings->pod, "name of the pod")->required();
  add_cluster_options(app, settings->choice);
  app.add_flag("--json", settings->json, "print JSON");
  action = [settings]() -> Result<int> {
    return OperatorApi::connect(settings->choice)
        .and_then([&](OperatorApi api) {
          return api.get("/explain/" + cluster::local::url_escaped(settings->pod));
        })
        .transform([&](const Json& explanation) {
          if (settings->json) {
            print_json(explanation);
          } else {
            std::print("{}", field(explanation, "text"));
          }
          return int{kExitOk};
        });
  };
}

}  // namespace drover::cli
