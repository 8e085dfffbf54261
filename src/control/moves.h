// Begins recorded moves, sees them to their end, and counts them.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "control/actor.h"
#include "control/ledger.h"

namespace drover::control {

// What became of some acting decisions.
struct Settled {
  std::vector<DecisionRecord> ended;      // done or failed, as the ledger has it now
  std::vector<DecisionRecord> in_flight;  // still acting
  std::vector<Flag> flags;
};

struct MovePorts {
  Ledger& ledger;
  Actor& actor;
  Instant now;
};

// Begins one acting decision that has not been, or may not have been, begun. The end of a refusal
// is recorded at once.
void begin_move(const MovePorts& ports, DecisionRecord decision, Settled& settled);

// Asks after every acting decision and records the ends. Decisions without a migration are begun
// again: the crash came after the record, and the key makes sure that it is the same move. An error
// means that the ledger can't be read.
Result<Settled> settle_moves(const MovePorts& ports);

// What a workload has used of its budget.
struct Allowance {
  std::size_t moves_made = 0;           // in flight or done; failed ones changed nothing
  std::optional<Instant> last_attempt;  // when the last move, successful or not, ended or began
};

// Pure. Moves decided before `window_start` are not counted, but remembered as attempts; refused
// ones are neither.
std::map<WorkloadId, Allowance> count_moves(const std::vector<DecisionRecord>& moves,
                                            Instant window_start);

}  // namespace drover::control
