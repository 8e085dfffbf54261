#include "cli/command.h"

namespace drover::cli {

ExitCode exit_code(Code code) {
  switch (code) {
    case Code::kInvalid:
      return kExitInvalid;
    case Code::kNotFound:
      return kExitNotFound;
    case Code::kConflict:
      return kExitConflict;
    case Code::kUnavailable:
    case Code::kTimeout:
      return kExitUnavailable;
    case Code::kInternal:
      return kExitFailed;
  }
  return kExitFailed;
}

cluster::local::ClusterPaths ClusterChoice::paths() const {
  std::error_code unreadable;
  auto parent = std::filesystem::weakly_canonical(std::filesystem::absolute(state_dir), unreadable);
  if (unreadable) {
    parent = std::filesystem::absolute(state_dir).lexically_normal();
  }
  return {parent / name};
}

void add_cluster_options(CLI::App& app, ClusterChoice& choice) {
  app.add_option("--cluster", choice.name, "name of the cluster")
      ->capture_default_str()
      ->type_name("NAME");
  app.add_option("--state-dir", choice.state_dir, "folder that holds the clusters' state")
      ->capture_default_str()
      ->type_name("DIR");
}

}  // namespace drover::cli
