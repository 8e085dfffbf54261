#include <memory>

#include "cli/command.h"
#include "cli/controller.h"
#include "os/log.h"
#include "os/signal.h"

namespace drover::cli {

void add_controller(CLI::App& app, Action& action) {
  auto choice = std::make_shared<ClusterChoice>();
  add_cluster_options(app, *choice);
  action = [choice]() -> Result<int> {
    os::set_process_name("drover-control");
    return os::setup_log({.name = "controller", .file = {}})
        .and_then([&] { return run_controller(choice->paths()); })
        .transform([] { return int{kExitOk}; });
  };
}

}  // namespace drover::cli
