// A policy is a pure function of an immutable snapshot, the forecasts and a budget. It proposes; control acts.
#pragma once

#include <map>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "carbon/forecast.h"
#include "cluster/plan.h"
#include "cluster/snapshot.h"

namespace drover::policy {

// The price of one migration, charged in the objective (facts: carbon of a move = time at both ends + transfer).
struct MoveCost {
  Duration duration = std::chrono::seconds{1};  // both nodes are occupied so long
  Energy energy;                                // network and CPU, charged at the mean of both zones' intensities
};

struct Budget {
  std::size_t moves_left = 3;  // per workload, over the horizon
  std::size_t horizon = 24;    // hours looked ahead; the forecasts may be shorter
  MoveCost move_cost;
};

struct Inputs {
  const cluster::Snapshot& snapshot;
  const std::map<ZoneId, carbon::Forecast>& forecasts;  // zones without one are no candidates
  std::map<WorkloadId, Budget> budgets;
};

class Policy {
 public:
  virtual ~Policy() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;
  [[nodiscard]] virtual Result<cluster::Plan> plan(const Inputs& inputs) const = 0;
};

}  // namespace drover::policy
