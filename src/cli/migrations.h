// Live migrations as the API, the reconciler and the control loop see them. Implemented over
// migrate::Coordinator in wiring.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"

namespace drover::cli {

struct MoveRequest {
  WorkloadId pod;
  NodeId to;
  std::string reason;  // one sentence for people
  std::string
      key;  // the same key twice is the same migration: begin() then returns the first one's id
};

struct PhaseTime {
  std::string name;
  Instant start;
  std::optional<Instant> end;  // absent: it is in this phase
};

enum class MigrationOutcome { kOpen, kCommitted, kAborted };

struct MigrationView {
  MigrationId id;
  WorkloadId pod;
  NodeId from;
  NodeId to;
  std::string reason;
  std::string phase;
  MigrationOutcome outcome = MigrationOutcome::kOpen;
  std::string error;  // why it was aborted; of an open one what delays it, if anything does
  std::int64_t bytes = 0;
  std::vector<PhaseTime> phases;  // in order
};

// Called from any thread. begin() records the intent and returns; the migration goes on by itself,
// also after a restart.
class Migrations {
 public:
  virtual ~Migrations() = default;
  // kNotFound: no such pod or node; kConflict: it is there already, is not running, or has an open
  // migration.
  virtual Result<MigrationId> begin(const MoveRequest& request) = 0;
  virtual Result<MigrationView> get(const MigrationId& id) = 0;
  virtual Result<std::vector<MigrationView>> list() = 0;  // oldest first
  // True from begin() until nothing is left to do for it: meanwhile nobody else touches the pod.
  [[nodiscard]] virtual bool open_for(const WorkloadId& pod) const = 0;
};

}  // namespace drover::cli
