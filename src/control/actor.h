// Carries out moves. Adapters: the migration coordinator (wired in cli), a recorder for dry runs, the fake cluster.
#pragma once

#include "base/id.h"
#include "base/result.h"
#include "control/record.h"

namespace drover::control {

struct MoveOrder {
  MigrationId id;  // of the whole move; the key of idempotence
  WorkloadId workload;
  NodeId from;
  NodeId to;
};

enum class MoveState { kRunning, kCommitted, kAborted };

struct Progress {
  MoveState state = MoveState::kRunning;
  Outcome outcome;  // meaningful once committed or aborted
};

// Called from the control thread only; keeps no reference after return; returns at once, never waits for a move.
class Actor {
 public:
  virtual ~Actor() = default;
  // Idempotent per order.id: a repeated call, also after a crash of either side, finds its own move and begins no
  // second one. kConflict, kInvalid, kNotFound: refused for good, nothing was begun. Any other error: it may have been
  // begun or not, poll() tells.
  virtual Result<> begin(const MoveOrder& order) = 0;
  // kNotFound: no move with this id was ever begun. Must know ended moves until control has seen their end.
  virtual Result<Progress> poll(const MigrationId& id) = 0;
};

}  // namespace drover::control
