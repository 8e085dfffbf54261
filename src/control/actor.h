// Carries out moves. Adapters: the migration coordinator (wired in cli), a recorder for dry runs,
// the fake cluster.
#pragma once

#include <string>

#include "base/id.h"
#include "base/result.h"
#include "control/record.h"

namespace drover::control {

struct MoveOrder {
  std::string key;  // of the whole move, for idempotence: key_of(decision)
  WorkloadId workload;
  NodeId from;
  NodeId to;
  std::string reason;  // one sentence for people
};

enum class MoveState { kRunning, kCommitted, kAborted };

struct Progress {
  MoveState state = MoveState::kRunning;
  Outcome outcome;  // meaningful once committed or aborted
};

// Called from the control thread only; keeps no reference after return; returns at once, never
// waits for a move.
class Actor {
 public:
  virtual ~Actor() = default;
  // Idempotent per order.key: a repeated call, also after a crash of either side, finds its own
  // move, however far it is, and begins no second one. kConflict, kInvalid, kNotFound: refused for
  // good, nothing was begun. Any other error leaves open whether it was begun: control asks again
  // with the same key.
  virtual Result<MigrationId> begin(const MoveOrder& order) = 0;
  // Knows ended moves too. kNotFound: no such move, which control takes for failed.
  virtual Result<Progress> poll(const MigrationId& id) = 0;
};

}  // namespace drover::control
