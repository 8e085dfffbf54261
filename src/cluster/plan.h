// What a policy proposes: data, not action. Only control acts on it, after a re-check on a fresh
// snapshot.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "base/units.h"
#include "cluster/model.h"

namespace drover::cluster {

// One named part of a decision's cost, so that every decision can be explained.
struct Term {
  std::string name;  // e.g. "stay on n1 (US-NE-ISNE)", "migration"
  Carbon carbon;
};

// What a policy decided for one workload, also when it decided to do nothing.
struct Decision {
  WorkloadId workload;
  NodeId from;
  NodeId to;                // equal to from: stay
  std::string reason;       // one sentence for people
  std::vector<Term> terms;  // what it was computed from
  Carbon saving;            // expected against staying, over the policy's horizon; may be zero
  [[nodiscard]] bool moves() const { return from != to; }
};

struct Plan {
  Instant at;
  std::string policy;
  std::vector<Decision> decisions;  // one per movable, running workload, sorted by workload
};

}  // namespace drover::cluster
