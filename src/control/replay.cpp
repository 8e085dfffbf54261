#include "control/replay.h"

#include <format>

#include "control/digest.h"

namespace drover::control {
namespace {

std::string describe(const cluster::Decision& decision) {
  return std::format("{} -> {}: {}", decision.from, decision.to, decision.reason);
}

}  // namespace

Result<std::vector<Difference>> replay(const TickRecord& tick, const policy::Policy& policy) {
  if (!tick.inputs) {
    return invalid(std::format("tick {} was recorded without inputs", tick.id));
  }
  if (digest_of(*tick.inputs) != tick.inputs_digest) {
    return invalid(std::format("the inputs of tick {} are not those it was planned from", tick.id));
  }
  return policy
      .plan({.snapshot = tick.inputs->snapshot,
             .forecasts = tick.inputs->forecasts,
             .budgets = tick.inputs->budgets})
      .transform([&](const cluster::Plan& plan) {
        std::map<WorkloadId, Difference> both;
        for (const auto& record : tick.decisions) {
          both[record.decision.workload].recorded = describe(record.decision);
        }
        for (const auto& decision : plan.decisions) {
          both[decision.workload].replayed = describe(decision);
        }
        std::vector<Difference> differences;
        for (auto& [workload, difference] : both) {
          difference.workload = workload;
          for (auto* side : {&difference.recorded, &difference.replayed}) {
            *side = side->empty() ? "no decision" : *side;
          }
          if (difference.recorded != difference.replayed) {
            differences.push_back(difference);
          }
        }
        return differences;
      });
}

}  // namespace drover::control
