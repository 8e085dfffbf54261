// The durable memory of control: what was decided from what, and what came of it. Nothing
// unrecorded is acted on. Adapters: sqlite; in memory for tests. One contract suite:
// control/testing/ledger_contract.h.
#pragma once

#include <limits>
#include <optional>
#include <vector>

#include "base/result.h"
#include "control/record.h"

namespace drover::control {

inline constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();

struct HistoryQuery {
  std::optional<WorkloadId> workload;  // absent: all
  std::optional<Instant> since;        // decided at or after it, in the loop's time
  bool moves_only = false;             // without decisions to stay
  std::size_t limit = 100;             // kAll: as many as there are
};

// Written by the control thread only; each reader opens its own. Everything returned is a copy.
// A method that returned success is durable: it survives a power cut. No retries inside; a store
// that stays busy is kTimeout.
class Ledger {
 public:
  virtual ~Ledger() = default;
  // All or nothing. Gives the tick and its decisions their ids; returns it with them.
  // Not idempotent: the same tick twice is two ticks.
  virtual Result<TickRecord> record(TickRecord tick) = 0;
  // Notes the migration that an acting decision began. Idempotent; kConflict when it has another or
  // is not acting, kNotFound when there is no such decision.
  virtual Result<> begun(std::int64_t decision, const MigrationId& migration) = 0;
  // Ends an acting decision as done or failed. Idempotent; kConflict when it ended otherwise or
  // never acted, kNotFound when there is no such decision.
  virtual Result<> conclude(std::int64_t decision, DecisionState end, const Outcome& outcome,
                            Instant at) = 0;
  // Decisions begun or about to be, oldest first. Complete: no limit.
  virtual Result<std::vector<DecisionRecord>> acting() = 0;
  // Newest first.
  virtual Result<std::vector<DecisionRecord>> history(const HistoryQuery& query) = 0;
  // The latest ticks, newest first, without inputs and decisions.
  virtual Result<std::vector<TickRecord>> ticks(std::size_t limit) = 0;
  // One tick with everything in it. kNotFound.
  virtual Result<TickRecord> tick(std::int64_t id) = 0;
};

}  // namespace drover::control
