#include "cluster/pods/pod_runtime.h"

#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <format>

#include "cluster/pods/container.h"
#include "cluster/pods/log_file.h"
#include "cluster/pods/runtime_command.h"
#include "cluster/pods/sandbox.h"
#include "cluster/pods/state_files.h"
#include "os/cgroup.h"
#include "os/deadline.h"
#include "os/file.h"

namespace drover::cluster::pods {
namespace {

constexpr Duration kKillTimeout = std::chrono::seconds(5);
constexpr Duration kShimTimeout =
    std::chrono::seconds(10);  // from the container's end to the shim's
constexpr Duration kDeleteTimeout = std::chrono::seconds(30);
constexpr mode_t kSharedMode = 0777;  // of an emptyDir, as on Kubernetes
constexpr mode_t kShmMode = 01777;

Result<> make_public_dir(const std::filesystem::path& path, mode_t mode) {
  return os::make_dirs(path).and_then([&]() -> Result<> {
    if (::chmod(path.c_str(), mode) != 0) return os::system_error(path.string());
    return {};
  });
}

Result<> make_volumes(const PodSpec& spec, const PodPaths& paths) {
  for (const auto& volume : spec.volumes) {
    if (!std::holds_alternative<EmptyDir>(volume.source) || os::exists(paths.volume(volume.name)))
      continue;
    if (auto made = make_public_dir(paths.volume(volume.name), kSharedMode); !made) return made;
  }
  if (os::exists(paths.shm())) return {};
  return make_public_dir(paths.shm(), kShmMode);
}

Result<PodSpec> read_spec(const PodPaths& paths, const std::string& pod) {
  auto text = os::read_file(paths.spec());
  if (!text && text.error().code == Code::kNotFound)
    return not_found(std::format("no pod '{}' on this node", pod));
  return text.and_then(parse_pod_spec).transform_error(doing(paths.spec().string()));
}

// Two pods of one name, or two lives of one pod, must not share a directory. True: the pod is here
// already, just like this.
Result<bool> check_claim(const PodSpec& spec, const PodPaths& paths) {
  const auto present = read_spec(paths, spec.name);
  if (!present && present.error().code == Code::kNotFound) return false;
  if (!present) return std::unexpected(present.error());
  if (*present == spec) return true;
  return conflict(
      std::format("pod '{}' is already on this node with another specification (uid {} there, {} "
                  "here); remove it first",
                  spec.name, present->uid, spec.uid));
}

Result<> claim(const PodSpec& spec, const PodPaths& paths) {
  return check_claim(spec, paths).and_then([&](bool present) -> Result<> {
    if (present) return {};
    return os::make_dirs(paths.dir).and_then(
        [&] { return os::atomic_write(paths.spec(), to_json(spec)); });
  });
}

std::vector<std::string> container_names(const PodPaths& paths) {
  return os::list_dir(paths.dir / "containers").value_or(std::vector<std::string>{});
}

struct LiveShim {
  os::ProcessId shim;
  ShimStatus status;
};

std::vector<LiveShim> live_shims(const PodPaths& paths) {
  std::vector<LiveShim> shims;
  for (const auto& name : container_names(paths)) {
    const auto container = paths.container(name);
    if (const auto shim = live_process(container.shim())) {
      shims.push_back(
          {.shim = *shim, .status = read_status(container.status()).value_or(ShimStatus{})});
    }
  }
  return shims;
}

// The container itself gets the signal, so that the caller's grace counts and not the shim's; one
// that does not run yet has only its shim to tell.
void ask_to_end(const LiveShim& shim) {
  (void)os::kill(shim.status.init.pid != 0 ? shim.status.init : shim.shim, SIGTERM);
}

bool all_gone(const std::vector<LiveShim>& shims, Duration timeout) {
  const os::Deadline deadline(timeout);
  return std::ranges::all_of(shims, [&](const LiveShim& shim) {
    return os::wait_gone(shim.shim, deadline.left()).has_value();
  });
}

Result<> kill_cgroup(const std::string& path) {
  return os::CgroupTree::open(path).and_then(
      [](os::CgroupTree tree) { return tree.kill_all(kKillTimeout); });
}

Result<> end_containers(const PodRuntimeOptions& options, const std::string& pod, Duration grace) {
  const auto shims = live_shims(options.paths.pod(pod));
  std::ranges::for_each(shims, ask_to_end);
  if (all_gone(shims, grace)) return kill_cgroup(pod_cgroup(options, pod));
  if (auto killed = kill_cgroup(pod_cgroup(options, pod)); !killed) return killed;
  if (all_gone(shims, kShimTimeout)) return {};
  return timed_out(std::format("the containers of pod '{}' did not end", pod));
}

// Shims that hang, runtimes they have left behind, a pause process that was never recorded. Looks
// again after each round, since one may have started another meanwhile.
Result<> kill_strays(const PodPaths& paths, std::optional<os::ProcessId> spare) {
  const os::Deadline deadline(kKillTimeout);
  while (!deadline.passed()) {
    auto strays = os::find_by_env("DROVER_POD", paths.dir.string());
    if (!strays) return std::unexpected(strays.error());
    std::erase_if(*strays, [&](os::ProcessId process) { return spare && process == *spare; });
    if (strays->empty()) return {};
    for (const auto process : *strays) (void)os::kill(process, SIGKILL);
    for (const auto process : *strays) (void)os::wait_gone(process, deadline.left());
  }
  return timed_out(std::format("processes of {} do not end", paths.dir.string()));
}

void delete_runtime_state(const PodRuntimeOptions& options, const std::string& pod) {
  for (const auto& name : container_names(options.paths.pod(pod))) {
    const auto id = runc_id(pod, name);
    if (!os::exists(options.paths.runc() / id)) continue;
    const RuntimeCommand runtime({.program = options.drover_runtime,
                                  .root = options.paths.runc(),
                                  .directory = options.paths.pod(pod).container(name).dir});
    (void)runtime.call({"delete", "--force", id}, kDeleteTimeout);
    (void)os::remove_tree(options.paths.runc() / id);
  }
}

Result<> remove_cgroup(const std::string& path) {
  return os::CgroupTree::open(path).and_then([](os::CgroupTree tree) { return tree.remove(); });
}

}  // namespace

PodRuntime::PodRuntime(PodRuntimeOptions options) : options_(std::move(options)) {}

std::unique_lock<std::mutex> PodRuntime::take_turn(const std::string& pod) {
  std::mutex* turn = nullptr;
  {
    const std::scoped_lock guard(turns_mutex_);
    turn = &turns_[pod];
  }
  return std::unique_lock(*turn);
}

Result<> PodRuntime::ensure(const PodSpec& spec, RouteMode route) {
  return prepare(spec, route).and_then([&] { return start(spec.name); });
}

Result<> PodRuntime::prepare(const PodSpec& spec, RouteMode route) {
  const auto turn = take_turn(spec.name);
  const auto paths = options_.paths.pod(spec.name);
  const auto claimed = validate(spec).and_then([&] { return claim(spec, paths); }).and_then([&] {
    return make_volumes(spec, paths);
  });
  if (!claimed) return claimed;
  const auto sandbox = ensure_sandbox(spec, paths,
                                      {.drover = options_.drover,
                                       .environment = pod_environment(options_, paths),
                                       .mtu = options_.mtu});
  if (!sandbox) return std::unexpected(sandbox.error());
  if (route == RouteMode::kAttached) {
    if (auto attached = attach_address(spec); !attached) return attached;
  }
  const ContainerContext context{.options = options_, .spec = spec, .pod = paths};
  for (const auto& container : spec.containers) {
    if (auto made = prepare_container(context, container, *sandbox); !made) return made;
  }
  return {};
}

Result<> PodRuntime::start(const std::string& pod) {
  const auto turn = take_turn(pod);
  const auto spec = this->spec(pod);
  if (!spec) return std::unexpected(spec.error());
  const ContainerContext context{
      .options = options_, .spec = *spec, .pod = options_.paths.pod(pod)};
  for (const auto& container : spec->containers) {
    if (auto started = start_container(context, container); !started) return started;
  }
  return {};
}

std::vector<std::string> PodRuntime::obstacles(const PodSpec& spec) const {
  std::vector<std::string> reasons;
  const auto note = [&](const auto& result) {
    if (!result) reasons.push_back(result.error().what);
  };
  note(validate(spec));
  const auto paths = options_.paths.pod(spec.name);
  if (os::exists(paths.dir)) note(check_claim(spec, paths));
  const ContainerContext context{.options = options_, .spec = spec, .pod = paths};
  for (const auto& container : spec.containers) note(check_container(context, container));
  return reasons;
}

Result<> PodRuntime::adopt(const std::string& pod) {
  const auto turn = take_turn(pod);
  return spec(pod).and_then([&](PodSpec spec) -> Result<> {
    if (!spec.migration) return {};
    spec.migration.reset();
    return os::atomic_write(options_.paths.pod(pod).spec(), to_json(spec));
  });
}

Result<> PodRuntime::attach(const std::string& pod) {
  const auto turn = take_turn(pod);
  return spec(pod).and_then(attach_address);
}

Result<> PodRuntime::detach(const std::string& pod) {
  const auto turn = take_turn(pod);
  return spec(pod).and_then(detach_address);
}

Result<PodSpec> PodRuntime::spec(const std::string& pod) const {
  return read_spec(options_.paths.pod(pod), pod);
}

Result<PodStatus> PodRuntime::status(const std::string& pod) const {
  const auto paths = options_.paths.pod(pod);
  return spec(pod).transform([&](const PodSpec& spec) {
    PodStatus status{.name = spec.name, .uid = spec.uid, .ip = spec.ip};
    status.sandbox_alive = live_process(paths.sandbox()).has_value();
    status.attached = is_attached(spec);
    for (const auto& container : spec.containers) {
      status.containers.push_back(
          container_status(paths.container(container.name), container.name));
    }
    return status;
  });
}

Result<std::vector<PodStatus>> PodRuntime::list() const {
  std::vector<PodStatus> pods;
  if (!os::exists(options_.paths.pods())) return pods;
  const auto names = os::list_dir(options_.paths.pods());
  if (!names) return std::unexpected(names.error());
  for (const auto& name : *names) {
    auto pod = status(name);
    if (pod) {
      pods.push_back(std::move(*pod));
    } else if (pod.error().code != Code::kNotFound) {  // begun or half removed: not there
      return std::unexpected(pod.error());
    }
  }
  return pods;
}

Result<> PodRuntime::stop(const std::string& pod, std::chrono::milliseconds grace) {
  const auto turn = take_turn(pod);
  return spec(pod).and_then([&](const PodSpec&) { return end_containers(options_, pod, grace); });
}

Result<> PodRuntime::remove(const std::string& pod) {
  const auto turn = take_turn(pod);
  const auto paths = options_.paths.pod(pod);
  if (!os::exists(paths.dir)) return {};
  const auto sandbox = live_process(paths.sandbox());
  return kill_cgroup(pod_cgroup(options_, pod))
      .and_then([&] { return end_containers(options_, pod, kShimTimeout); })
      .or_else(
          [](const Error&) { return Result<>{}; })  // what did not end by itself is a stray now
      .and_then([&] { return kill_strays(paths, sandbox); })
      .and_then([&] { return kill_cgroup(pod_cgroup(options_, pod)); })
      .transform([&] { delete_runtime_state(options_, pod); })
      .and_then([&] { return remove_cgroup(pod_cgroup(options_, pod)); })
      .and_then([&] { return remove_sandbox(pod, paths); })
      .and_then([&] { return os::remove_tree(paths.dir); })
      .transform_error(doing(std::format("removing pod '{}'", pod)));
}

Result<std::string> PodRuntime::logs(const std::string& pod, const std::string& container,
                                     std::optional<std::size_t> tail) const {
  return spec(pod).and_then([&](const PodSpec& spec) -> Result<std::string> {
    if (!std::ranges::contains(spec.containers, container, &ContainerSpec::name)) {
      return not_found(std::format("pod '{}' has no container '{}'", pod, container));
    }
    return read_log(options_.paths.pod(pod).container(container).log(), tail);
  });
}

Result<QuiesceInfo> PodRuntime::quiesce_info(const std::string& pod) const {
  const auto paths = options_.paths.pod(pod);
  const auto spec = this->spec(pod);
  if (!spec) return std::unexpected(spec.error());
  const auto sandbox = live_process(paths.sandbox());
  if (!sandbox)
    return conflict(std::format("pod '{}' has no namespaces: its pause process is gone", pod));
  QuiesceInfo info{.sandbox_pid = sandbox->pid,
                   .netns = std::format("/proc/{}/ns/net", sandbox->pid),
                   .runc_root = options_.paths.runc(),
                   .device = device_name(pod),
                   .shm_dir = paths.shm()};
  for (const auto& container : spec->containers) {
    const auto files = paths.container(container.name);
    const auto status = container_status(files, container.name);
    if (status.init_pid == 0) continue;
    info.containers.push_back({.name = container.name,
                               .runc_id = runc_id(pod, container.name),
                               .init_pid = status.init_pid,
                               .bundle = files.bundle(),
                               .criu_config = files.criu_config(),
                               .upper_dir = files.upper()});
  }
  for (const auto& volume : spec->volumes) {
    if (std::holds_alternative<EmptyDir>(volume.source))
      info.empty_dirs.push_back(paths.volume(volume.name));
  }
  return info;
}

}  // namespace drover::cluster::pods
