#include <memory>
#include <print>

#include "cli/command.h"
#include "cli/operator_api.h"
#include "cli/version.h"

namespace drover::cli {

void add_version(CLI::App& app, Action& action) {
  auto json = std::make_shared<bool>(false);
  app.add_flag("--json", *json, "print JSON");
  action = [json]() -> Result<int> {
    if (*json) {
      print_json({{"version", kVersion}});
    } else {
      std::println("drover {}", kVersion);
    }
    return kExitOk;
  };
}

}  // namespace drover::cli
