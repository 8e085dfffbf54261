#include "cluster/pods/bundle.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <format>

#include <nlohmann/json.hpp>

namespace drover::cluster::pods {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kDefaultPath =
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr std::int64_t kCpuPeriodUs = 100'000;
constexpr std::int64_t kSharesPerCore = 1024;  // the kernel's default weight of a group
constexpr std::int64_t kMinimumShares = 2;     // the kernel refuses less

// What Docker and containerd give a container by default.
constexpr std::array kCapabilities = {
    "CAP_AUDIT_WRITE", "CAP_CHOWN",   "CAP_DAC_OVERRIDE",     "CAP_FOWNER",    "CAP_FSETID",
    "CAP_KILL",        "CAP_MKNOD",   "CAP_NET_BIND_SERVICE", "CAP_NET_RAW",   "CAP_SETFCAP",
    "CAP_SETGID",      "CAP_SETPCAP", "CAP_SETUID",           "CAP_SYS_CHROOT"};
constexpr std::array kMaskedPaths = {"/proc/acpi",
                                     "/proc/asound",
                                     "/proc/kcore",
                                     "/proc/keys",
                                     "/proc/latency_stats",
                                     "/proc/timer_list",
                                     "/proc/timer_stats",
                                     "/proc/sched_debug",
                                     "/proc/scsi",
                                     "/sys/firmware",
                                     "/sys/devices/virtual/powercap"};
constexpr std::array kReadOnlyPaths = {"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys",
                                       "/proc/sysrq-trigger"};

#if defined(__x86_64__)
constexpr std::array kSeccompArchitectures = {"SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"};
#elif defined(__aarch64__)
constexpr std::array kSeccompArchitectures = {"SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"};
#else
#error "name the seccomp architectures of this processor"
#endif

std::vector<std::string> program(const BundleInput& input) {
  std::vector<std::string> argv =
      input.container.command.empty() ? input.image.entrypoint : input.container.command;
  const bool image_arguments = input.container.args.empty() && input.container.command.empty();
  const auto& arguments = image_arguments ? input.image.cmd : input.container.args;
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return argv;
}

void set_variable(std::vector<std::string>& environment, const std::string& variable) {
  const auto name = variable.substr(0, variable.find('=') + 1);
  std::erase_if(environment, [&](const std::string& entry) { return entry.starts_with(name); });
  environment.push_back(variable);
}

std::vector<std::string> environment(const BundleInput& input) {
  std::vector<std::string> variables{std::string(kDefaultPath)};
  set_variable(variables, "HOSTNAME=" + input.spec.name);
  for (const auto& variable : input.image.env) set_variable(variables, variable);
  for (const auto& [name, value] : input.container.env)
    set_variable(variables, std::format("{}={}", name, value));
  return variables;
}

std::string working_dir(const BundleInput& input) {
  if (!input.container.working_dir.empty()) return input.container.working_dir;
  return input.image.working_dir.empty() ? "/" : input.image.working_dir;
}

Json process(const BundleInput& input, const std::vector<std::string>& argv) {
  Json json = {{"terminal", false},
               {"user", {{"uid", input.user.uid}, {"gid", input.user.gid}}},
               {"args", argv},
               {"env", environment(input)},
               {"cwd", working_dir(input)}};
  for (const auto* set : {"bounding", "effective", "permitted"})
    json["capabilities"][set] = kCapabilities;
  json["rlimits"] = Json::array(
      {{{"type", "RLIMIT_NOFILE"}, {"hard", input.open_files}, {"soft", input.open_files}}});
  json["noNewPrivileges"] = true;
  return json;
}

Json mount(const std::string& destination, const std::string& type, const std::string& source,
           const std::vector<std::string>& options) {
  return {{"destination", destination}, {"type", type}, {"source", source}, {"options", options}};
}

Json bind_mount(const std::string& destination, const std::string& source, bool read_only) {
  return mount(destination, "bind", source, {"rbind", "rprivate", read_only ? "ro" : "rw"});
}

Json volume_mount(const BundleInput& input, const VolumeMount& wanted) {
  const auto volume = std::ranges::find(input.spec.volumes, wanted.name, &Volume::name);
  const auto* host =
      volume == input.spec.volumes.end() ? nullptr : std::get_if<HostPath>(&volume->source);
  const auto source = host != nullptr ? host->path : input.pod.volume(wanted.name);
  return bind_mount(wanted.mount_path, source, wanted.read_only);
}

Json mounts(const BundleInput& input) {
  Json json = Json::array();
  json.push_back(mount("/proc", "proc", "proc", {"nosuid", "noexec", "nodev"}));
  json.push_back(
      mount("/dev", "tmpfs", "tmpfs", {"nosuid", "strictatime", "mode=755", "size=65536k"}));
  json.push_back(mount("/dev/pts", "devpts", "devpts",
                       {"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"}));
  json.push_back(mount("/dev/mqueue", "mqueue", "mqueue", {"nosuid", "noexec", "nodev"}));
  json.push_back(mount("/dev/shm", "bind", input.pod.shm(),
                       {"rbind", "rprivate", "rw", "nosuid", "nodev", "noexec"}));
  json.push_back(mount("/sys", "sysfs", "sysfs", {"nosuid", "noexec", "nodev", "ro"}));
  for (const auto* file : {"hosts", "hostname", "resolv.conf"}) {
    json.push_back(bind_mount(std::format("/etc/{}", file), input.pod.etc() / file, false));
  }
  for (const auto& wanted : input.container.volume_mounts)
    json.push_back(volume_mount(input, wanted));
  return json;
}

Json resources(const ContainerSpec& container) {
  // The runtime adds the usual devices (null, zero, random, tty ...) to this list.
  Json json = {{"devices", Json::array({{{"allow", false}, {"access", "rwm"}}})}};
  if (container.limits.memory) json["memory"]["limit"] = container.limits.memory->count();
  const auto in_thousandths = [](double cores) -> std::int64_t {
    return std::llround(cores * 1000);
  };
  if (container.limits.cpu_cores) {
    json["cpu"]["period"] = kCpuPeriodUs;
    json["cpu"]["quota"] = std::max<std::int64_t>(
        1000, in_thousandths(*container.limits.cpu_cores) * kCpuPeriodUs / 1000);
  }
  if (container.requests.cpu_cores) {
    json["cpu"]["shares"] = std::max(
        kMinimumShares, in_thousandths(*container.requests.cpu_cores) * kSharesPerCore / 1000);
  }
  return json;
}

// CRIU cannot dump io_uring, so a program must see it as absent and use something else.
Json seccomp() {
  return {{"defaultAction", "SCMP_ACT_ALLOW"},
          {"architectures", kSeccompArchitectures},
          {"syscalls",
           Json::array({{{"names", {"io_uring_setup", "io_uring_enter", "io_uring_register"}},
                         {"action", "SCMP_ACT_ERRNO"},
                         {"errnoRet", 38}}})}};  // ENOSYS
}

Json linux_part(const BundleInput& input) {
  const auto joined = [&](const char* type, const char* file) {
    return Json{{"type", type}, {"path", std::format("/proc/{}/ns/{}", input.sandbox_pid, file)}};
  };
  Json json = {{"resources", resources(input.container)}, {"cgroupsPath", input.cgroups_path}};
  json["namespaces"] = Json::array({{{"type", "pid"}},
                                    {{"type", "mount"}},
                                    joined("network", "net"),
                                    joined("ipc", "ipc"),
                                    joined("uts", "uts")});
  json["maskedPaths"] = kMaskedPaths;
  json["readonlyPaths"] = kReadOnlyPaths;
  json["seccomp"] = seccomp();
  return json;
}

// Only our own: a pod's org.criu.config could name an action script, which CRIU runs as root.
Json annotations(const BundleInput& input) {
  Json json = {
      {"org.criu.config", input.pod.container(input.container.name).criu_config().string()},
      {kPodAnnotation, input.spec.name},
      {kContainerAnnotation, input.container.name}};
  if (input.spec.migration) json[kMigrationAnnotation] = input.spec.migration->str();
  return json;
}

}  // namespace

Result<std::string> bundle_config(const BundleInput& input) {
  const auto argv = program(input);
  if (argv.empty()) {
    return invalid(
        std::format("container '{}': has no command, and its image names none; set command",
                    input.container.name));
  }
  const Json json = {{"ociVersion", "1.0.2"},
                     {"process", process(input, argv)},
                     {"root", {{"path", "rootfs"}, {"readonly", false}}},
                     {"mounts", mounts(input)},
                     {"annotations", annotations(input)},
                     {"linux", linux_part(input)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace drover::cluster::pods
