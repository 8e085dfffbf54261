// The table of subcommands, and nothing else: parse, run, say how it ended.
#include <algorithm>
#include <array>
#include <exception>
#include <format>
#include <iterator>
#include <print>
#include <span>
#include <string>
#include <vector>

#include "base/text.h"
#include "cli/bench_cmd.h"
#include "cli/carbon_cmd.h"
#include "cli/command.h"
#include "cli/demo_cmd.h"
#include "cli/load_cmd.h"
#include "cli/pause.h"
#include "cli/shim.h"

namespace drover::cli {
namespace {

// In the order in which a new user meets them.
constexpr std::array kCommands = {
    Command{
        .name = "up", .summary = "start a local cluster, or what is missing of it", .add = add_up},
    Command{
        .name = "apply", .summary = "start pods and services from a manifest", .add = add_apply},
    Command{.name = "get", .summary = "show nodes, pods, services or migrations", .add = add_get},
    Command{.name = "status", .summary = "show the whole cluster at once", .add = add_status},
    Command{.name = "logs", .summary = "print what a container wrote", .add = add_logs},
    Command{.name = "migrate", .summary = "move a running pod to another node", .add = add_migrate},
    Command{.name = "explain", .summary = "say why a pod is where it is", .add = add_explain},
    Command{.name = "delete", .summary = "delete a pod or a service", .add = add_delete},
    Command{.name = "enter", .summary = "run a command in the cluster's network", .add = add_enter},
    Command{.name = "clock",
            .summary = "show the cluster's clock, or set a simulated one forward",
            .add = add_clock},
    Command{.name = "down",
            .summary = "remove a local cluster and all that belongs to it",
            .add = add_down},
    Command{.name = "carbon", .summary = "import and show carbon intensities", .add = add_carbon},
    Command{.name = "demo",
            .summary = "a live Redis follows a carbon forecast through two days, in a minute",
            .add = add_demo},
    Command{.name = "bench",
            .summary = "measure migrations beside the same done by hand",
            .add = add_bench},
    Command{.name = "load", .summary = "put a verified load on a service", .add = add_load},
    Command{.name = "controller",
            .summary = "the controller's process; `up` starts it",
            .add = add_controller},
    Command{
        .name = "agent", .summary = "a node's agent; `up` starts one per node", .add = add_agent},
    Command{.name = "version", .summary = "print the version", .add = add_version},
};

// Started by drover itself, with arguments of their own kind.
struct HiddenCommand {
  std::string_view name;
  int (*run)(std::span<const std::string> arguments);
};
constexpr std::array kHiddenCommands = {
    HiddenCommand{.name = "pause", .run = run_pause},
    HiddenCommand{.name = "shim", .run = run_shim},
};

constexpr const char* kExitCodes =
    "Exit codes: 0 done, 1 failed, 2 wrong usage or input, 3 not found, 4 conflict with what is "
    "there,\n"
    "5 not available or timed out.";

int fail(const Error& error) {
  std::println(stderr, "drover: {}", error.what);
  return exit_code(error.code);
}

int unknown_command(std::string_view name) {
  std::vector<std::string_view> names;
  std::ranges::transform(kCommands, std::back_inserter(names), &Command::name);
  return fail({.code = Code::kInvalid,
               .what = std::format("there is no command '{}'{}", name, suggest(name, names))});
}

bool is_known(std::string_view name) {
  return name.starts_with('-') || std::ranges::contains(kCommands, name, &Command::name);
}

int run(const std::vector<std::string>& words) {
  CLI::App app("drover moves running containers to where the electricity is clean.");
  app.name("drover");
  app.require_subcommand(1);
  app.footer(kExitCodes);
  std::vector<std::pair<CLI::App*, Action>> actions(kCommands.size());
  for (std::size_t i = 0; i < kCommands.size(); ++i) {
    auto& [subcommand, action] = actions[i];
    subcommand =
        app.add_subcommand(std::string(kCommands[i].name), std::string(kCommands[i].summary));
    kCommands[i].add(*subcommand, action);
  }
  try {
    app.parse(
        std::vector<std::string>(words.rbegin(), words.rend()));  // CLI11 takes them from the back
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitOk : kExitInvalid;
  }
  for (const auto& [subcommand, action] : actions) {
    if (subcommand->parsed()) {
      const auto code = action();
      return code ? *code : fail(code.error());
    }
  }
  return kExitInvalid;
}

int dispatch(const std::vector<std::string>& words) {
  if (words.empty()) {
    return run({"--help"}) == kExitOk ? kExitInvalid : kExitFailed;
  }
  for (const auto& command : kHiddenCommands) {
    if (command.name == words.front()) {
      return command.run(std::span(words).subspan(1));
    }
  }
  return is_known(words.front()) ? run(words) : unknown_command(words.front());
}

}  // namespace
}  // namespace drover::cli

int main(int argc, char** argv) {
  try {
    return drover::cli::dispatch({argv + 1, argv + argc});
  } catch (const std::exception& error) {  // a defect of ours: every expected failure is a value
    std::println(stderr, "drover: internal error: {}", error.what());
    return drover::cli::kExitFailed;
  }
}
