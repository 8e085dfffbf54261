#include "cluster/pods/container.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <format>
#include <iterator>

#include "cluster/pods/image.h"
#include "cluster/pods/overlay.h"
#include "cluster/pods/shim_options.h"
#include "cluster/pods/state_files.h"
#include "os/command.h"
#include "os/file.h"

namespace drover::cluster::pods {
namespace {

constexpr std::uint64_t kOpenFiles =
    1'048'576;  // what containers usually get, if our own limit allows it

std::uint64_t open_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  return std::min<std::uint64_t>(limit.rlim_max, kOpenFiles);
}

std::string container_cgroup(const ContainerContext& context, const std::string& container) {
  return pod_cgroup(context.options, context.spec.name) + "/" + container;
}

bool is_started(const ContainerPaths& paths) {
  return os::exists(paths.status()) || live_process(paths.shim()).has_value();
}

Result<> check_host_paths(const ContainerContext& context, const ContainerSpec& container) {
  for (const auto& wanted : container.volume_mounts) {
    const auto volume = std::ranges::find(context.spec.volumes, wanted.name, &Volume::name);
    if (volume == context.spec.volumes.end()) continue;
    const auto* host = std::get_if<HostPath>(&volume->source);
    if (host != nullptr && !os::exists(host->path)) {
      return not_found(std::format("volume '{}': host path {} is not there; make it first",
                                   volume->name, host->path.string()));
    }
  }
  return {};
}

Result<> write_bundle(const ContainerContext& context, const ContainerSpec& container,
                      os::ProcessId sandbox, const Image& image) {
  const auto paths = context.pod.container(container.name);
  const auto user = resolve_user(image.config.user, image.rootfs);
  if (!user) return std::unexpected(user.error());
  const auto config = bundle_config({.spec = context.spec,
                                     .container = container,
                                     .image = image.config,
                                     .user = *user,
                                     .pod = context.pod,
                                     .sandbox_pid = sandbox.pid,
                                     .cgroups_path = container_cgroup(context, container.name),
                                     .open_files = open_files()});
  if (!config) return std::unexpected(config.error());
  return prepare_overlay({.lower = image.rootfs,
                          .upper = paths.upper(),
                          .work = paths.work(),
                          .target = paths.rootfs()})
      .and_then([&] { return os::publish(paths.config(), *config); });
}

Result<> start_shim(const ContainerContext& context, const ContainerSpec& container,
                    const Image& image) {
  const auto& options = context.options;
  const ShimOptions shim{.container = context.pod.container(container.name),
                         .id = runc_id(context.spec.name, container.name),
                         .runtime_root = options.paths.runc(),
                         .runtime = options.drover_runtime,
                         .image = image.rootfs,
                         .cgroup = container_cgroup(context, container.name),
                         .grace = std::chrono::seconds(context.spec.termination_grace_s)};
  os::Command command{.argv = {options.drover, "shim"},
                      .env = pod_environment(options, context.pod),
                      .private_mounts = true};
  std::ranges::copy(shim_arguments(shim), std::back_inserter(command.argv));
  return os::spawn_daemon(command, shim.container.dir / "shim.log").transform([](os::ProcessId) {});
}

}  // namespace

std::string pod_cgroup(const PodRuntimeOptions& options, const std::string& pod) {
  return std::format("/drover/{}/{}/{}", options.cluster, options.node, pod);
}

std::vector<std::pair<std::string, std::string>> pod_environment(const PodRuntimeOptions& options,
                                                                 const PodPaths& pod) {
  return {{"DROVER_CLUSTER", options.cluster_dir},
          {"DROVER_POD", pod.dir},
          {"DROVER_RESTORES", options.paths.restores()},
          {"DROVER_RESTORE_TIMEOUT_S", std::to_string(options.restore_timeout.count())}};
}

Result<> check_container(const ContainerContext& context, const ContainerSpec& container) {
  return check_host_paths(context, container)
      .and_then([&] { return resolve_image(container.image, context.options.images); })
      .transform([](const Image&) {})
      .transform_error(doing(std::format("container '{}'", container.name)));
}

Result<> prepare_container(const ContainerContext& context, const ContainerSpec& container,
                           os::ProcessId sandbox) {
  const auto paths = context.pod.container(container.name);
  if (is_started(paths)) return {};
  return check_host_paths(context, container)
      .and_then([&] { return os::make_dirs(paths.bundle()); })
      .and_then([&] { return resolve_image(container.image, context.options.images); })
      .and_then(
          [&](const Image& image) { return write_bundle(context, container, sandbox, image); })
      .transform_error(doing(std::format("container '{}'", container.name)));
}

Result<> start_container(const ContainerContext& context, const ContainerSpec& container) {
  if (is_started(context.pod.container(container.name))) return {};
  return resolve_image(container.image, context.options.images)
      .and_then([&](const Image& image) { return start_shim(context, container, image); })
      .transform_error(doing(std::format("container '{}'", container.name)));
}

ContainerStatus container_status(const ContainerPaths& paths, const std::string& name) {
  const auto written = read_status(paths.status());
  const bool shim_alive = live_process(paths.shim()).has_value();
  ContainerStatus status{.name = name};
  if (!written) {
    if (!shim_alive && os::exists(paths.shim())) {
      status.phase = ContainerPhase::kFailed;
      status.error = "its shim ended at once; see shim.log";
    }
    return status;
  }
  status.phase = written->phase;
  status.exit_code = written->exit_code;
  status.error = written->error;
  status.restored = written->restored;
  const bool init_alive = written->phase == ContainerPhase::kRunning && os::alive(written->init);
  status.init_pid = init_alive ? written->init.pid : 0;
  if (shim_alive || written->phase == ContainerPhase::kExited ||
      written->phase == ContainerPhase::kFailed)
    return status;
  status.error =
      init_alive ? "its shim was killed: its output is lost, and its exit code will not be known"
                 : "its shim was killed; nobody knows how it ended";
  if (!init_alive) status.phase = ContainerPhase::kFailed;
  return status;
}

}  // namespace drover::cluster::pods
