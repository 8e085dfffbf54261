// The node's pod runtime as a migration sees it.
#pragma once

#include <filesystem>

#include "cluster/pods/pod_runtime.h"
#include "migrate/pod_host.h"

namespace drover::cli {

class LocalPodHost final : public migrate::PodHost {
 public:
  struct Folders {
    cluster::pods::NodePaths node;
    std::filesystem::path images;  // cache of unpacked images
    std::filesystem::path
        checkpoints;  // memory-backed, of this node alone: /dev/shm/drover-<hash>/<node>
  };
  LocalPodHost(cluster::pods::PodRuntime& pods, Folders folders)
      : pods_(pods), folders_(std::move(folders)) {}

  Result<migrate::PodHandle> find(const WorkloadId& pod) override;
  std::vector<std::string> obstacles(const std::string& spec) override;
  Result<migrate::PodHandle> prepare(const std::string& spec, const MigrationId& id) override;
  Result<> start(const WorkloadId& pod) override;
  std::string failure(const WorkloadId& pod) override;
  Result<> adopt(const WorkloadId& pod) override;
  Result<> remove(const WorkloadId& pod) override;
  Result<std::filesystem::path> staging(const MigrationId& id) override;
  Result<> drop_staging(const MigrationId& id) override;

 private:
  cluster::pods::PodRuntime& pods_;
  Folders folders_;
};

}  // namespace drover::cli
