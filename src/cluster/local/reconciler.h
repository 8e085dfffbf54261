// Makes the agents' pods, routes and service rules what cluster.db says, one pass at a time.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>

#include "cluster/local/agent_pool.h"
#include "cluster/local/observation.h"
#include "cluster/local/pod_step.h"
#include "cluster/local/router.h"
#include "cluster/local/state.h"

namespace drover::cluster::local {

// Asks every agent; one that does not answer is not ready.
Observation observe_nodes(const ClusterFile& cluster, AgentPool& agents);

// step() is called from one thread, which is in the fabric's network namespace.
class Reconciler {
 public:
  // All outlive it.
  struct Ports {
    const ClusterFile& cluster;
    ClusterState& state;
    AgentPool& agents;
    Router& router;
    Migrating migrating;
  };
  explicit Reconciler(Ports ports) : ports_(std::move(ports)) {}

  // One pass. What fails is logged and tried again in the next one; an error means that the state
  // cannot be read.
  Result<> step(Instant now);

  // What the last pass saw. Never null; from any thread.
  [[nodiscard]] std::shared_ptr<const Observation> last_seen() const { return seen_.load(); }

 private:
  [[nodiscard]] Result<std::map<std::string, std::optional<NodeId>>> settled_pods() const;
  Result<> reconcile(const PodRecord& pod, const Observation& nodes, Instant now);
  Result<> place(const PodRecord& pod, const Observation& nodes, Instant now);
  Result<> start(const PodRecord& pod);
  Result<> lose(const PodRecord& pod);
  Result<> stop(const PodRecord& pod);
  Result<> forget(const PodRecord& pod);
  Result<> note(const PodRecord& pod, const NoteIt& note);
  Result<> refuse(const PodRecord& pod, const Error& error);
  Result<> restore_route(const PodRecord& pod);
  void complain(const PodRecord& pod, const Result<>& outcome);
  Result<> update_services(const std::vector<PodRecord>& pods, const Observation& nodes);

  Ports ports_;
  std::map<WorkloadId, NodeId>
      routed_;  // pods away from their address's node, and where their routes lead
  std::map<NodeId, std::string>
      service_sets_;  // what each node's rules were made from; the fabric's under the empty name
  std::map<WorkloadId, int>
      missing_;  // in how many passes in a row a started pod was not on its node
  std::map<WorkloadId, std::string>
      complaints_;  // last logged trouble per pod, so that each is logged once
  std::atomic<std::shared_ptr<const Observation>> seen_{std::make_shared<const Observation>()};
};

}  // namespace drover::cluster::local
