// The part of a Kubernetes Pod manifest that drover runs, as plain data. cluster/local reads it
// from YAML; the controller sends it to the agents, and the agent keeps it as pods/<pod>/pod.json,
// in the JSON form below.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "base/units.h"

namespace drover::cluster::pods {

struct EnvVar {
  std::string name;
  std::string value;
  friend bool operator==(const EnvVar&, const EnvVar&) = default;
};

enum class PortProtocol { kTcp, kUdp };

struct ContainerPort {
  std::uint16_t container_port = 0;
  PortProtocol protocol = PortProtocol::kTcp;
  std::string name;  // empty: unnamed
  friend bool operator==(const ContainerPort&, const ContainerPort&) = default;
};

struct VolumeMount {
  std::string name;  // of a volume of the pod
  std::string mount_path;
  bool read_only = false;
  friend bool operator==(const VolumeMount&, const VolumeMount&) = default;
};

// Absent means: nothing requested, no limit.
struct ResourceAmounts {
  std::optional<double> cpu_cores;
  std::optional<Bytes> memory;
  friend bool operator==(const ResourceAmounts&, const ResourceAmounts&) = default;
};

struct ContainerSpec {
  std::string name;
  std::string image;  // "/dir", "dir:/dir" (a root directory) or "oci:/layout[:tag]"
  std::vector<std::string>
      command;  // replaces the image's Entrypoint (and drops its Cmd) when not empty
  std::vector<std::string> args;  // replaces the image's Cmd when not empty
  std::vector<EnvVar> env;
  ResourceAmounts requests;
  ResourceAmounts limits;
  std::vector<ContainerPort> ports;
  std::vector<VolumeMount> volume_mounts;
  std::string working_dir;  // empty: the image's, else "/"
  friend bool operator==(const ContainerSpec&, const ContainerSpec&) = default;
};

// Lives and dies with the pod; moves with it on a migration.
struct EmptyDir {
  friend bool operator==(const EmptyDir&, const EmptyDir&) = default;
};

// A directory or file of the machine; must exist.
struct HostPath {
  std::filesystem::path path;
  friend bool operator==(const HostPath&, const HostPath&) = default;
};

struct Volume {
  std::string name;
  std::variant<EmptyDir, HostPath> source;
  friend bool operator==(const Volume&, const Volume&) = default;
};

// Lines for the pod's /etc/hosts, such as the addresses of Services.
struct HostAlias {
  std::string ip;
  std::vector<std::string> hostnames;
  friend bool operator==(const HostAlias&, const HostAlias&) = default;
};

struct PodSpec {
  std::string name;  // also its hostname
  std::string uid;   // tells two pods of one name apart; the same on both ends of a migration
  std::map<std::string, std::string> labels;
  std::map<std::string, std::string> annotations;
  std::string ip;  // IPv4, given by the controller; empty while not placed
  std::vector<ContainerSpec> containers;
  std::vector<Volume> volumes;
  std::vector<HostAlias> host_aliases;
  std::int64_t termination_grace_s = 30;
  std::optional<Power> power;  // assumed draw while it runs: annotation drover.dev/power-watts
  std::optional<MigrationId> migration;  // set: its containers are restored from this migration's
                                         // images, never started cold
  friend bool operator==(const PodSpec&, const PodSpec&) = default;
};

// Pretty-printed JSON; parse_pod_spec() reads it back to an equal value.
std::string to_json(const PodSpec& spec);

// Strict: an unknown key, a missing or mistyped value is kInvalid and names its place, as in
// "containers[0].ports[1].container_port: 70000 is not a port; use 1 to 65535". Checks the value
// with validate() too.
Result<PodSpec> parse_pod_spec(std::string_view json);

// What every pod must satisfy, wherever it came from: names are DNS labels (a pod's may have dots),
// at least one container, no name twice, every mounted volume declared, paths absolute, limits
// positive. One error with all problems, one a line.
Result<> validate(const PodSpec& spec);

}  // namespace drover::cluster::pods
