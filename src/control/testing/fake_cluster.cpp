#include "control/testing/fake_cluster.h"

#include <algorithm>
#include <format>
#include <utility>

namespace drover::control::testing {

using cluster::WorkloadPhase;

Result<cluster::Snapshot> FakeCluster::observe(Instant now) {
  if (before_observe) {
    before_observe();
  }
  if (const auto error = std::exchange(observe_error, std::nullopt)) {
    return std::unexpected(*error);
  }
  snapshot.at = now - observation_age;
  return snapshot;
}

Result<MigrationId> FakeCluster::begin(const MoveOrder& order) {
  if (begin_error) {
    return std::unexpected(*begin_error);
  }
  const auto known =
      std::ranges::find(moves_, order.key, [](const auto& move) { return move.second.order.key; });
  if (known != moves_.end()) {
    return known->first;
  }
  auto* workload = find(order.workload);
  if (workload == nullptr) {
    return not_found(std::format("there is no workload {}", order.workload));
  }
  if (workload->phase != WorkloadPhase::kRunning || workload->node != order.from) {
    return conflict(std::format("workload {} does not run on {}", order.workload, order.from));
  }
  workload->phase = WorkloadPhase::kMigrating;
  begun.push_back(order);
  const MigrationId id{std::format("m-{:06}", moves_.size() + 1)};
  moves_[id] = {.order = order, .polls_left = polls_to_end, .progress = {}};
  return id;
}

Result<Progress> FakeCluster::poll(const MigrationId& id) {
  if (poll_error) {
    return std::unexpected(*poll_error);
  }
  const auto found = moves_.find(id);
  if (found == moves_.end()) {
    return not_found(std::format("there is no migration {}", id));
  }
  auto& move = found->second;
  if (move.progress.state == MoveState::kRunning && --move.polls_left == 0) {
    end(move);
  }
  return move.progress;
}

void FakeCluster::finish_moves() {
  for (auto& [id, move] : moves_) {
    if (move.progress.state == MoveState::kRunning) {
      end(move);
    }
  }
}

NodeId FakeCluster::place_of(const WorkloadId& workload) const {
  const auto* found = cluster::find_workload(snapshot, workload);
  return found == nullptr ? NodeId{} : found->node.value_or(NodeId{});
}

void FakeCluster::end(Move& move) {
  const bool aborted = abort_moves_of.contains(move.order.workload);
  auto* workload = find(move.order.workload);
  workload->phase = WorkloadPhase::kRunning;
  workload->node = aborted ? move.order.from : move.order.to;
  move.progress.state = aborted ? MoveState::kAborted : MoveState::kCommitted;
  move.progress.outcome = {.bytes = Bytes::mebibytes(aborted ? 0 : 64),
                           .downtime = Duration{aborted ? 0 : 180},
                           .migration_time = Duration{900},
                           .why = aborted ? "the restore failed" : ""};
}

cluster::Workload* FakeCluster::find(const WorkloadId& workload) {
  const auto found = std::ranges::find(snapshot.workloads, workload, &cluster::Workload::id);
  return found == snapshot.workloads.end() ? nullptr : &*found;
}

}  // namespace drover::control::testing
