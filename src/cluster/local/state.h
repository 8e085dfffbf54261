// What a local cluster should be running, in cluster.db: pods, services and their addresses
// (docs/formats/cluster-db.md).
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "cluster/local/address.h"
#include "cluster/local/service.h"
#include "cluster/model.h"
#include "cluster/pods/pod_spec.h"

namespace drover::cluster::local {

struct PodRecord {
  pods::PodSpec spec;          // spec.ip is empty until the pod is placed
  std::optional<NodeId> pin;   // where the user wants it to be started
  std::optional<NodeId> node;  // where it is; absent: not placed yet
  bool started =
      false;  // its agent has acknowledged the start: from now on it is never started again
  bool deleting = false;
  WorkloadPhase phase = WorkloadPhase::kPending;
  std::string message;  // why it is in that phase, for people
  Instant created;
};

// Thread-safe. Each function is one transaction: done and on disk when it returns, or not done.
class ClusterState {
 public:
  static Result<ClusterState> open(const std::filesystem::path& file);
  ClusterState(ClusterState&&) noexcept;
  ClusterState& operator=(ClusterState&&) noexcept;
  ~ClusterState();

  // Gives the pod its uid. kConflict when a pod of this name is there.
  Result<> add_pod(pods::PodSpec spec, const std::optional<NodeId>& pin, Instant now);
  [[nodiscard]] Result<std::vector<PodRecord>> pods() const;  // sorted by name
  [[nodiscard]] Result<PodRecord> pod(const WorkloadId& name) const;
  // The first placement: writes node, address and the aliases that the pod is started with.
  Result<> place(const WorkloadId& name, const NodeId& node, const pods::PodSpec& placed);
  Result<> mark_started(const WorkloadId& name);
  // The pod lives on another node from now on: what a committed migration means. Idempotent.
  Result<> move(const WorkloadId& name, const NodeId& node);
  Result<> observe(const WorkloadId& name, WorkloadPhase phase, const std::string& message);
  Result<> mark_deleting(const WorkloadId& name);
  Result<> remove_pod(const WorkloadId& name);

  // Every address in use, of pods and services.
  [[nodiscard]] Result<std::set<Ipv4>> addresses() const;

  // Adds or replaces the service. It gets the address it asks for or a free one of the range, and
  // keeps it when it is replaced.
  Result<ServiceSpec> put_service(ServiceSpec spec, const Subnet& range);
  [[nodiscard]] Result<std::vector<ServiceSpec>> services() const;  // sorted by name
  Result<> remove_service(const std::string& name);

  // Small facts that must survive the controller, such as when the cluster's clock began.
  Result<> remember(const std::string& key, const std::string& value);
  [[nodiscard]] Result<std::optional<std::string>> recall(const std::string& key) const;

 private:
  struct Impl;
  explicit ClusterState(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace drover::cluster::local
