// Freezing, dumping and locking one pod on its node. Adapters: criu (through runc), netfilter.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "base/units.h"

namespace drover::migrate {

// A running container as a checkpoint needs it.
struct ContainerHandle {
  std::string name;
  std::string runtime_id;  // by which the OCI runtime knows it
  std::int32_t init_pid = 0;
  std::filesystem::path criu_config;  // read by the runtime at each checkpoint and restore
};

struct PodHandle {
  WorkloadId pod;
  std::int32_t sandbox_pid = 0;  // holds the pod's namespaces
  MigrationId arriving;  // the migration that it was prepared for and that is not over; else empty
  std::vector<ContainerHandle> containers;
  // Directories whose contents move with the pod, by the name they have in the transfer:
  // "upper/<container>", "volume/<name>", "shm".
  struct Delta {
    std::string name;
    std::filesystem::path dir;
  };
  std::vector<Delta> deltas;
};

// Called with the migration's turn held; keeps no reference after return. Idempotent.
class CheckpointEngine {
 public:
  virtual ~CheckpointEngine() = default;
  // Why this node cannot dump or restore at all (CRIU missing or too old, …), one reason a line;
  // empty: it can.
  virtual std::vector<std::string> node_obstacles() = 0;
  // Why this container cannot be dumped (terminal, foreign processes, …); empty: it can.
  virtual std::vector<std::string> obstacles(const ContainerHandle& container) = 0;
  virtual Result<> pause(const ContainerHandle& container) = 0;
  // Also when it was not paused.
  virtual Result<> resume(const ContainerHandle& container) = 0;
  // Into an empty directory that it makes; the container stays paused. A dump that a killed agent
  // left running is waited for first: killing it could leave CRIU's parasite in the tasks.
  virtual Result<Bytes> dump(const MigrationId& id, const ContainerHandle& container,
                             const std::filesystem::path& images) = 0;
  // Returns when no dump of this migration runs any more on this node.
  virtual Result<> settle(const MigrationId& id) = 0;
};

// Our own packet lock in a pod's network namespace: lets nothing in or out except CRIU's own
// packets (mark 0xC114). It lives in the kernel, so it survives the agent; its name carries the
// migration. Idempotent.
class NetworkLock {
 public:
  virtual ~NetworkLock() = default;
  // Before the pause: no TCP connection begins any more, and those that have begun are accepted
  // when it returns, or a moment has passed. One that waits to be accepted cannot be dumped.
  virtual Result<> turn_away(const PodHandle& pod, const MigrationId& id) = 0;
  virtual Result<> close(const PodHandle& pod, const MigrationId& id) = 0;
  virtual Result<> open(const PodHandle& pod, const MigrationId& id) = 0;
  virtual Result<bool> closed(const PodHandle& pod, const MigrationId& id) = 0;
};

}  // namespace drover::migrate
