// A cluster of the mind: it can be observed, and moves workloads in as many polls as it is told, or
// fails on demand.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "cluster/backend.h"
#include "control/actor.h"

namespace drover::control::testing {

class FakeCluster final : public cluster::Backend, public Actor {
 public:
  explicit FakeCluster(cluster::Snapshot begin_with) : snapshot(std::move(begin_with)) {}

  Result<cluster::Snapshot> observe(Instant now) override;
  Result<MigrationId> begin(const MoveOrder& order) override;
  Result<Progress> poll(const MigrationId& id) override;

  // Ends every move that is under way, as it would end.
  void finish_moves();
  [[nodiscard]] NodeId place_of(const WorkloadId& workload) const;

  // The world and its faults, for tests to change.
  cluster::Snapshot snapshot;
  std::function<void()> before_observe;  // called at the beginning of every observation
  Duration observation_age{};
  std::optional<Error> observe_error;  // of the next observation alone
  std::optional<Error> begin_error;    // of every begin
  std::optional<Error> poll_error;     // of every poll
  std::set<WorkloadId> abort_moves_of;
  std::size_t polls_to_end = 1;  // a move ends when it has been polled so often
  std::vector<MoveOrder> begun;  // each move once, however often begin() was called

 private:
  struct Move {
    MoveOrder order;
    std::size_t polls_left = 0;
    Progress progress;
  };
  void end(Move& move);
  cluster::Workload* find(const WorkloadId& workload);

  std::map<MigrationId, Move> moves_;
};

}  // namespace drover::control::testing
