// A policy is a pure function of an immutable snapshot, the forecasts and a budget. It proposes;
// control acts.
#pragma once

#include <map>
#include <string_view>

#include "base/result.h"
#include "carbon/forecast.h"
#include "cluster/plan.h"
#include "cluster/snapshot.h"

namespace drover::policy {

// The price of one migration, charged in the objective (docs/models/planner.md).
struct MoveCost {
  Duration duration = std::chrono::seconds{1};  // both nodes are occupied so long
  Energy energy;  // network and CPU, evenly over the duration, half of it in each zone
  // What each end draws meanwhile on top of running, in parts of the workload's power there.
  double at_source = 1;
  double at_destination = 1;
  Duration downtime{};  // useful time that a job loses and has to make up for
};

struct Budget {
  std::size_t moves_left = 3;  // of this workload, over the horizon
  std::size_t horizon = 24;    // hours looked ahead; the forecasts may be shorter
  MoveCost move_cost;
};

struct Inputs {
  const cluster::Snapshot& snapshot;
  const std::map<ZoneId, carbon::Forecast>& forecasts;  // zones without one are no candidates
  const std::map<WorkloadId, Budget>& budgets;          // one for every workload that may move
};

// Pure; thread-safe. The plan has one decision per movable, running workload, its terms and reason
// always filled, and applying all its moves overcommits no node. kInvalid when a workload that may
// move has no budget.
class Policy {
 public:
  virtual ~Policy() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;
  [[nodiscard]] virtual Result<cluster::Plan> plan(const Inputs& inputs) const = 0;
};

}  // namespace drover::policy
