#include "cli/command.h"

#include <format>

#include "cluster/local/names.h"

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

namespace {

// A name is a part of paths: one that is none could lead anywhere.
std::string refuse_bad_name(const std::string& name) {
  return cluster::local::is_dns_label(name)
             ? ""
             : std::format("'{}' {}", name, cluster::local::kNotADnsLabel);
}

}  // namespace

void add_cluster_options(CLI::App& app, ClusterChoice& choice) {
  app.add_option("--cluster", choice.name, "name of the cluster")
      ->capture_default_str()
      ->check(refuse_bad_name)
      ->type_name("NAME");
  app.add_option("--state-dir", choice.state_dir, "folder that holds the clusters' state")
      ->capture_default_str()
      ->type_name("DIR");
}

void add_wait_options(CLI::App& app, Waiting& waiting, const std::string& text) {
  app.add_flag("--wait", waiting.wait, text);
  app.add_option("--timeout-s", waiting.timeout_s, "give waiting up after so many seconds")
      ->capture_default_str()
      ->check(CLI::PositiveNumber)
      ->type_name("S");
}

}  // namespace drover::cli
