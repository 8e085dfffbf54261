// The pods of this node, as far as a migration handles them.
#pragma once

#include <filesystem>
#include <string>

#include "migrate/engine.h"

namespace drover::migrate {

// Idempotent. Adapter: the local cluster's pod runtime; on Kubernetes the kubelet does this work.
class PodHost {
 public:
  virtual ~PodHost() = default;
  // kNotFound when the pod is not on this node.
  virtual Result<PodHandle> find(const WorkloadId& pod) = 0;
  // Why this node could not take the pod (image missing, name taken, …); empty: it can.
  virtual std::vector<std::string> obstacles(const std::string& spec) = 0;
  // Sandbox with the pod's address, not reachable from this node yet, no process but the holder.
  virtual Result<PodHandle> prepare(const std::string& spec, const MigrationId& id) = 0;
  // Starts the containers' runtimes, which wait for their checkpoint (rendezvous.h). Returns before
  // they have it.
  virtual Result<> start(const WorkloadId& pod) = 0;
  // The pod's runtimes gave up: error text of the first one that did; empty while all are fine.
  virtual std::string failure(const WorkloadId& pod) = 0;
  // The migration is over: the pod is an ordinary pod of this node from now on.
  virtual Result<> adopt(const WorkloadId& pod) = 0;
  // Kills what runs, removes every trace. Success when it is not there.
  virtual Result<> remove(const WorkloadId& pod) = 0;
  // Where this node keeps the checkpoint images of a migration (memory-backed, 0700); made on
  // demand.
  virtual Result<std::filesystem::path> staging(const MigrationId& id) = 0;
  virtual Result<> drop_staging(const MigrationId& id) = 0;
};

}  // namespace drover::migrate
