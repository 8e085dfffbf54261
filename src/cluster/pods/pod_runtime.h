// Runs the pods of one node: namespaces, addresses, containers. The node's agent owns one and calls
// it from any thread: calls that change the same pod take turns; those that only read take no lock.
//
// All state is in files and processes (layout.h), none in memory: an agent that is killed and
// started again sees the same pods, and the pods do not notice. Every function may be repeated
// after a crash at any point and then finishes what was begun.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "cluster/pods/layout.h"
#include "cluster/pods/pod_spec.h"

namespace drover::cluster::pods {

// Whether packets for the pod's address are delivered to it on this node.
enum class RouteMode {
  kAttached,  // host route and neighbour are set
  kDetached,  // everything but the host route: the target of a migration before its commit
};

enum class ContainerPhase {
  kCreated,  // its shim runs, its process does not yet; a migration target waits here for its
             // checkpoint
  kRunning,
  kExited,  // exit_code is set; 128 + n after signal n
  kFailed,  // it never ran, or nobody knows how it ended: see error
};
std::string_view to_string(ContainerPhase phase);
Result<ContainerPhase> parse_container_phase(std::string_view text);

struct ContainerStatus {
  std::string name;
  ContainerPhase phase = ContainerPhase::kCreated;
  std::optional<int> exit_code;
  std::string error;
  std::int32_t init_pid = 0;  // in the agent's pid namespace; 0: none
  bool restored = false;      // its process came from a checkpoint
};

struct PodStatus {
  std::string name;
  std::string uid;
  std::string ip;
  bool sandbox_alive = false;  // its namespaces exist
  bool attached = false;       // its host route is set on this node
  std::vector<ContainerStatus> containers;
};

// What the migration needs to know of a running container.
struct QuiesceContainer {
  std::string name;
  std::string runc_id;
  std::int32_t init_pid = 0;
  std::filesystem::path bundle;
  std::filesystem::path
      criu_config;  // read by runc at each checkpoint and restore; absent file: ignored
  std::filesystem::path
      upper_dir;  // changes to the root file system; copy with whiteouts and xattrs
};

struct QuiesceInfo {
  std::int32_t sandbox_pid = 0;
  std::filesystem::path netns;               // /proc/<sandbox>/ns/net
  std::filesystem::path runc_root;           // runc --root
  std::string device;                        // the veth end in the node's namespace
  std::filesystem::path shm_dir;             // contents of the pod's /dev/shm
  std::vector<QuiesceContainer> containers;  // those with a running process
  std::vector<std::filesystem::path>
      empty_dirs;  // contents move with the pod; file name = volume name
};

struct PodRuntimeOptions {
  std::string cluster;  // names the cgroups: /drover/<cluster>/<node>/…
  NodeId node;
  NodePaths paths;                       // nodes/<node>
  std::filesystem::path cluster_dir;     // DROVER_CLUSTER of every process started
  std::filesystem::path drover;          // program with the subcommands `pause` and `shim`
  std::filesystem::path drover_runtime;  // the OCI runtime
  std::filesystem::path images;          // cache of unpacked OCI layouts, shared by the nodes
  std::uint32_t mtu = 1500;              // equal on all nodes
  std::chrono::seconds restore_timeout{90};
};

// The calling process must be in the node's network namespace.
class PodRuntime {
 public:
  explicit PodRuntime(PodRuntimeOptions options);

  // prepare() and start() in one. Returns when every shim is started, not when the containers run.
  Result<> ensure(const PodSpec& spec, RouteMode route);

  // Makes what is missing of the pod but its processes: sandbox, veth, bundles, volumes. Between
  // this and start() a migration fills upper directories, volumes and shm. kConflict when another
  // pod, or another version of it, has this name here.
  Result<> prepare(const PodSpec& spec, RouteMode route);
  // Starts a shim for each container that has none. Containers that ended are not started again.
  Result<> start(const std::string& pod);

  // Why this node could not run the pod (image, host path, name), all reasons; empty: it can.
  [[nodiscard]] std::vector<std::string> obstacles(const PodSpec& spec) const;

  // The migration that brought the pod here is over: its specification no longer names it.
  Result<> adopt(const std::string& pod);

  // Sets or removes the pod's host route on this node.
  Result<> attach(const std::string& pod);
  Result<> detach(const std::string& pod);

  [[nodiscard]] Result<PodStatus> status(
      const std::string& pod) const;  // kNotFound: no such pod here
  [[nodiscard]] Result<std::vector<PodStatus>> list() const;
  [[nodiscard]] Result<PodSpec> spec(const std::string& pod) const;

  // SIGTERM, then after `grace` SIGKILL; returns when all containers have ended. A paused container
  // is killed first, then thawed.
  Result<> stop(const std::string& pod, std::chrono::milliseconds grace);
  // Kills what still runs and removes every trace. A pod that is not there is a success.
  Result<> remove(const std::string& pod);

  // The last `tail` lines (all that is kept when absent) of a container's output.
  [[nodiscard]] Result<std::string> logs(const std::string& pod, const std::string& container,
                                         std::optional<std::size_t> tail) const;

  [[nodiscard]] Result<QuiesceInfo> quiesce_info(const std::string& pod) const;

 private:
  std::unique_lock<std::mutex> take_turn(const std::string& pod);

  PodRuntimeOptions options_;
  std::mutex turns_mutex_;  // guards the table; each entry is held while its pod is changed
  std::map<std::string, std::mutex> turns_;
};

}  // namespace drover::cluster::pods
