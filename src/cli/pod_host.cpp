#include "cli/pod_host.h"

#include <algorithm>
#include <format>

#include "cluster/pods/image.h"
#include "os/file.h"

namespace drover::cli {

namespace pods = cluster::pods;

namespace {

// All containers of the pod, also those that do not run: with process id 0, which the engine
// reports as an obstacle.
migrate::PodHandle handle_of(const pods::PodSpec& spec, const pods::PodPaths& paths,
                             const pods::QuiesceInfo& info) {
  migrate::PodHandle handle{.pod = WorkloadId(spec.name), .sandbox_pid = info.sandbox_pid};
  handle.arriving = spec.migration.value_or(MigrationId());
  for (const auto& container : spec.containers) {
    const auto files = paths.container(container.name);
    const auto running =
        std::ranges::find(info.containers, container.name, &pods::QuiesceContainer::name);
    handle.containers.push_back(
        {.name = container.name,
         .runtime_id = pods::runc_id(spec.name, container.name),
         .init_pid = running == info.containers.end() ? 0 : running->init_pid,
         .criu_config = files.criu_config()});
    handle.deltas.push_back({.name = "upper/" + container.name, .dir = files.upper()});
  }
  for (const auto& dir : info.empty_dirs) {
    handle.deltas.push_back({.name = "volume/" + dir.filename().string(), .dir = dir});
  }
  handle.deltas.push_back({.name = "shm", .dir = info.shm_dir});
  return handle;
}

}  // namespace

Result<migrate::PodHandle> LocalPodHost::find(const WorkloadId& pod) {
  const auto spec = pods_.spec(pod.str());
  const auto info = pods_.quiesce_info(pod.str());
  if (!spec || !info) {
    return std::unexpected(spec ? info.error() : spec.error());
  }
  return handle_of(*spec, folders_.node.pod(pod.str()), *info);
}

std::vector<std::string> LocalPodHost::obstacles(const std::string& spec_text) {
  const auto spec = pods::parse_pod_spec(spec_text);
  if (!spec) {
    return {spec.error().what};
  }
  std::vector<std::string> reasons;
  if (pods_.spec(spec->name)) {
    reasons.push_back(std::format("a pod named '{}' is already on the destination", spec->name));
  }
  for (const auto& container : spec->containers) {
    // An OCI layout is unpacked here, so that nothing is left to do of it in the freeze.
    if (const auto image = pods::resolve_image(container.image, folders_.images); !image) {
      reasons.push_back(std::format("container '{}': {}", container.name, image.error().what));
    }
  }
  return reasons;
}

Result<migrate::PodHandle> LocalPodHost::prepare(const std::string& spec_text,
                                                 const MigrationId& id) {
  return pods::parse_pod_spec(spec_text)
      .and_then([&](pods::PodSpec spec) -> Result<WorkloadId> {
        spec.migration = id;
        auto prepared = pods_.prepare(spec, pods::RouteMode::kDetached);
        if (!prepared) {
          return std::unexpected(prepared.error());
        }
        for (const auto& container : spec.containers) {
          const auto upper = folders_.node.pod(spec.name).container(container.name).upper();
          if (auto made = os::make_dirs(upper); !made) {
            return std::unexpected(made.error());
          }
        }
        return WorkloadId(spec.name);
      })
      .and_then([&](const WorkloadId& pod) { return find(pod); });
}

Result<> LocalPodHost::start(const WorkloadId& pod) {
  return pods_.spec(pod.str()).and_then(
      [&](const pods::PodSpec& spec) { return pods_.ensure(spec, pods::RouteMode::kDetached); });
}

std::string LocalPodHost::failure(const WorkloadId& pod) {
  const auto status = pods_.status(pod.str());
  if (!status) {
    return status.error().what;
  }
  const auto failed = std::ranges::find(status->containers, pods::ContainerPhase::kFailed,
                                        &pods::ContainerStatus::phase);
  return failed == status->containers.end()
             ? std::string()
             : std::format("container '{}': {}", failed->name, failed->error);
}

Result<> LocalPodHost::adopt(const WorkloadId& pod) { return pods_.adopt(pod.str()); }

Result<> LocalPodHost::remove(const WorkloadId& pod) { return pods_.remove(pod.str()); }

Result<std::filesystem::path> LocalPodHost::staging(const MigrationId& id) {
  auto dir = folders_.checkpoints / id.str();
  return os::make_dirs(dir).transform([&] { return dir; });
}

Result<> LocalPodHost::drop_staging(const MigrationId& id) {
  return os::remove_tree(folders_.checkpoints / id.str());
}

}  // namespace drover::cli
