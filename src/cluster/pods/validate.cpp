// The rules that every pod must satisfy, apart from its JSON form.
#include <algorithm>
#include <format>
#include <ranges>
#include <set>

#include "cluster/pods/pod_spec.h"

namespace drover::cluster::pods {
namespace {

constexpr std::size_t kLabelLimit = 63;     // RFC 1123
constexpr std::size_t kHostnameLimit = 63;  // the kernel's utsname holds 64 bytes
constexpr std::int64_t kGraceLimitS = 3600;

bool is_dns_label(std::string_view text) {
  const auto inner = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  };
  return !text.empty() && text.size() <= kLabelLimit && std::ranges::all_of(text, inner) &&
         text.front() != '-' && text.back() != '-';
}

bool is_dns_subdomain(std::string_view text) {
  return !text.empty() && text.size() <= kHostnameLimit &&
         std::ranges::all_of(text | std::views::split('.'),
                             [](auto part) { return is_dns_label(std::string_view(part)); });
}

// Migration ids and uids become file names.
bool is_file_name(std::string_view text) {
  const auto safe = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  return !text.empty() && text.size() <= 128 && text.front() != '.' &&
         std::ranges::all_of(text, safe);
}

bool has_nul(std::string_view text) { return text.contains('\0'); }

class Problems {
 public:
  template <class... Args>
  void add(std::format_string<Args...> format, Args&&... args) {
    text_ += (text_.empty() ? "" : "\n") + std::format(format, std::forward<Args>(args)...);
  }
  [[nodiscard]] Result<> result() const {
    if (text_.empty()) return {};
    return invalid(text_);
  }

 private:
  std::string text_;
};

void check_resources(const ContainerSpec& container, const std::string& place, Problems& problems) {
  const auto positive = [&](const ResourceAmounts& amounts, std::string_view kind) {
    if (amounts.cpu_cores && !(*amounts.cpu_cores > 0)) {
      problems.add("{}.{}.cpu: {} cores; must be more than 0", place, kind, *amounts.cpu_cores);
    }
    if (amounts.memory && amounts.memory->count() <= 0) {
      problems.add("{}.{}.memory: {} bytes; must be more than 0", place, kind,
                   amounts.memory->count());
    }
  };
  positive(container.requests, "requests");
  positive(container.limits, "limits");
  const auto exceeds = [](const auto& request, const auto& limit) {
    return request && limit && *request > *limit;
  };
  if (exceeds(container.requests.cpu_cores, container.limits.cpu_cores)) {
    problems.add("{}.requests.cpu: {} cores is more than the limit of {}", place,
                 *container.requests.cpu_cores, *container.limits.cpu_cores);
  }
  if (exceeds(container.requests.memory, container.limits.memory)) {
    problems.add("{}.requests.memory: {} is more than the limit of {}", place,
                 *container.requests.memory, *container.limits.memory);
  }
}

void check_mounts(const ContainerSpec& container, const PodSpec& spec, const std::string& place,
                  Problems& problems) {
  std::set<std::string> paths;
  for (const auto& mount : container.volume_mounts) {
    if (std::ranges::find(spec.volumes, mount.name, &Volume::name) == spec.volumes.end()) {
      problems.add("{}.volume_mounts: no volume is named '{}'; declare it under volumes", place,
                   mount.name);
    }
    const std::filesystem::path path = mount.mount_path;
    if (!path.is_absolute() || path.lexically_normal() == "/" || has_nul(mount.mount_path) ||
        std::ranges::find(path, "..") != path.end()) {
      problems.add("{}.volume_mounts: '{}': must be an absolute path below / without '..'", place,
                   mount.mount_path);
    }
    if (!paths.insert(path.lexically_normal()).second) {
      problems.add("{}.volume_mounts: '{}' is used twice", place, mount.mount_path);
    }
  }
}

void check_container(const ContainerSpec& container, const PodSpec& spec, Problems& problems) {
  const auto place = std::format("container '{}'", container.name);
  if (!is_dns_label(container.name)) {
    problems.add("{}: a container's name has only a-z, 0-9 and '-', at most {} of them", place,
                 kLabelLimit);
  }
  if (container.image.empty()) problems.add("{}.image: is missing", place);
  if (!container.working_dir.empty() && container.working_dir.front() != '/') {
    problems.add("{}.working_dir: '{}': must be an absolute path", place, container.working_dir);
  }
  for (const auto& [name, value] : container.env) {
    if (name.empty() || name.contains('=') || has_nul(name) || has_nul(value)) {
      problems.add("{}.env: '{}' cannot be the name of a variable", place, name);
    }
  }
  if (std::ranges::any_of(container.command, has_nul) ||
      std::ranges::any_of(container.args, has_nul)) {
    problems.add("{}: command and args cannot hold a NUL byte", place);
  }
  check_resources(container, place, problems);
  check_mounts(container, spec, place, problems);
}

void check_volumes(const PodSpec& spec, Problems& problems) {
  std::set<std::string> names;
  for (const auto& volume : spec.volumes) {
    if (!is_dns_label(volume.name)) {
      problems.add("volume '{}': a volume's name has only a-z, 0-9 and '-', at most {} of them",
                   volume.name, kLabelLimit);
    }
    if (!names.insert(volume.name).second) problems.add("volume '{}': is there twice", volume.name);
    const auto* host = std::get_if<HostPath>(&volume.source);
    if (host != nullptr && !host->path.is_absolute()) {
      problems.add("volume '{}': host path '{}': must be absolute", volume.name,
                   host->path.string());
    }
  }
}

}  // namespace

Result<> validate(const PodSpec& spec) {
  Problems problems;
  if (!is_dns_subdomain(spec.name)) {
    problems.add("pod '{}': a pod's name has only a-z, 0-9, '-' and '.', at most {} of them",
                 spec.name, kHostnameLimit);
  }
  if (!spec.uid.empty() && !is_file_name(spec.uid)) {
    problems.add("uid '{}': has only letters, digits, '-', '_' and '.'", spec.uid);
  }
  if (spec.migration && !is_file_name(spec.migration->str())) {
    problems.add("migration '{}': has only letters, digits, '-', '_' and '.'", *spec.migration);
  }
  if (spec.containers.empty()) problems.add("containers: needs at least one");
  if (spec.termination_grace_s < 0 || spec.termination_grace_s > kGraceLimitS) {
    problems.add("termination_grace_s: {}: use 0 to {}", spec.termination_grace_s, kGraceLimitS);
  }
  if (spec.power && !(spec.power->watts() >= 0))
    problems.add("power: {}: cannot be negative", *spec.power);
  std::set<std::string> names;
  for (const auto& container : spec.containers) {
    check_container(container, spec, problems);
    if (!names.insert(container.name).second)
      problems.add("container '{}': is there twice", container.name);
  }
  check_volumes(spec, problems);
  return problems.result();
}

}  // namespace drover::cluster::pods
