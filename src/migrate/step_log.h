// An agent's memory of the migrations it takes part in. Each call is one durable write.
#pragma once

#include <optional>

#include "migrate/agent.h"

namespace drover::migrate {

// Thread-safe. Adapters: sqlite; in-memory for tests.
class StepLog {
 public:
  virtual ~StepLog() = default;
  // Intent. kConflict when a newer epoch has been seen, or when the migration is over on this node
  // (thaw, drain or discard has finished) and `step` is another one: late commands must not bring
  // it back to life.
  virtual Result<> begin(const StepRequest& request) = 0;
  virtual Result<> finish(const StepRequest& request, const StepReply& reply) = 0;
  // The reply of a finished step.
  virtual Result<std::optional<StepReply>> finished(const MigrationId& id, Step step) = 0;
  // Whether a step was ever begun here.
  virtual Result<bool> begun(const MigrationId& id, Step step) = 0;
};

}  // namespace drover::migrate
