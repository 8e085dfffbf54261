// What a subcommand is. main.cpp holds the one table of them.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

#include "base/result.h"
#include "cluster/local/layout.h"

namespace drover::cli {

// Exit codes, the same for every subcommand; `drover --help` prints them.
enum ExitCode : int {
  kExitOk = 0,
  kExitFailed = 1,       // something went wrong that no other code says
  kExitInvalid = 2,      // wrong usage or input: repeating it does not help
  kExitNotFound = 3,     // the named thing does not exist
  kExitConflict = 4,     // it exists already, or its state forbids it now
  kExitUnavailable = 5,  // the cluster, a node or a program cannot be reached, or took too long
};
ExitCode exit_code(Code code);

// Which cluster a command is about: --cluster and --state-dir.
struct ClusterChoice {
  std::string name = "drover";
  std::filesystem::path state_dir = "/var/lib/drover";
  [[nodiscard]] cluster::local::ClusterPaths paths() const;  // absolute, without links
};

// What main runs once the command line is read. An Error is printed as "drover: …" and becomes its
// exit code.
using Action = std::function<Result<int>()>;

struct Command {
  std::string_view name;
  std::string_view summary;
  // Adds options to `app` and sets `action`, which is called when this subcommand was chosen.
  // Options live in what the action holds (a shared_ptr), since both outlive this call.
  void (*add)(CLI::App& app, Action& action);
};

// --cluster NAME and --state-dir DIR.
void add_cluster_options(CLI::App& app, ClusterChoice& choice);

struct Waiting {
  bool wait = false;
  double timeout_s = 60;
};
// --wait, which does what `text` says, and --timeout-s S.
void add_wait_options(CLI::App& app, Waiting& waiting, const std::string& text);

// Defined in <name>_cmd.cpp each; listed by the table in main.cpp.
void add_apply(CLI::App& app, Action& action);
void add_agent(CLI::App& app, Action& action);
void add_clock(CLI::App& app, Action& action);
void add_controller(CLI::App& app, Action& action);
void add_delete(CLI::App& app, Action& action);
void add_down(CLI::App& app, Action& action);
void add_enter(CLI::App& app, Action& action);
void add_explain(CLI::App& app, Action& action);
void add_get(CLI::App& app, Action& action);
void add_logs(CLI::App& app, Action& action);
void add_migrate(CLI::App& app, Action& action);
void add_status(CLI::App& app, Action& action);
void add_up(CLI::App& app, Action& action);
void add_version(CLI::App& app, Action& action);

}  // namespace drover::cli
