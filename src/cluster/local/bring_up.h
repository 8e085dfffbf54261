// `drover up`: makes a cluster, or starts again what is missing of one.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "cluster/local/cluster_file.h"
#include "cluster/local/layout.h"

namespace drover::cluster::local {

struct UpRequest {
  ClusterFile cluster;
  std::filesystem::path file;  // as the user named it, for errors
  std::string text;            // of the cluster file, kept as <cluster>/cluster.yaml
  ClusterPaths paths;
  std::filesystem::path drover;       // the program that is started as holder, agent and controller
  std::function<bool()> interrupted;  // asked between and inside of steps
  std::function<void(const std::string& step)> progress;  // before each step
};

struct UpReport {
  bool was_up = false;  // it was there already
  std::vector<std::string>
      started;  // what an existing cluster was missing: "controller", "agent of node n1"
};

// Either the whole cluster runs when it returns, or the error says why not and nothing of it is
// left. An existing cluster is never removed by a failure to resume it.
Result<UpReport> bring_up(const UpRequest& request);

}  // namespace drover::cluster::local
