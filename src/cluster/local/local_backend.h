// The local cluster as control sees it.
#pragma once

#include "cluster/backend.h"
#include "cluster/local/agent_pool.h"
#include "cluster/local/observation.h"
#include "cluster/local/state.h"

namespace drover::cluster::local {

// Asks the agents at each call, over a pool of its own.
class LocalBackend final : public Backend {
 public:
  // All outlive it.
  struct Ports {
    const ClusterFile& cluster;
    ClusterState& state;
    AgentPool& agents;
    Migrating migrating;
  };
  explicit LocalBackend(Ports ports) : ports_(std::move(ports)) {}
  Result<Snapshot> observe(Instant now) override;

 private:
  Ports ports_;
};

}  // namespace drover::cluster::local
