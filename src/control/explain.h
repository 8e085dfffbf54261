// Why a workload is where it is: from what the ledger holds and the cluster as it stands.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cluster/snapshot.h"
#include "control/record.h"

namespace drover::control {

struct Explanation {
  WorkloadId workload;
  std::string standing;  // one sentence: where it is and in which state
  std::string cause;     // one sentence: what put it there or keeps it there
  // With its terms: the alternatives it was weighed against.
  std::optional<DecisionRecord> last_decision;
  std::optional<DecisionRecord> last_move;  // the last that acted, with its outcome once it has one
  std::vector<DecisionRecord> refusals;     // since that move, newest first
};

// Pure. `history` is the workload's part of the ledger, newest first. kNotFound when neither knows
// the workload.
Result<Explanation> explain(const WorkloadId& workload, const cluster::Snapshot& snapshot,
                            const std::vector<DecisionRecord>& history);

// Plain lines for a terminal.
std::string to_text(const Explanation& explanation);

}  // namespace drover::control
