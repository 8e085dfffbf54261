#include "control/testing/records.h"

#include <utility>

#include "control/digest.h"
#include "policy/testing/world.h"

namespace drover::control::testing {

DecisionRecord make_decision(const RecordSpec& spec) {
  DecisionRecord record;
  record.decision = {.workload = WorkloadId{spec.workload},
                     .from = NodeId{spec.from},
                     .to = NodeId{spec.to},
                     .reason = "it is cleaner there",
                     .terms = {{.name = "stay", .carbon = Carbon::grams(12.25)},
                               {.name = "migration", .carbon = Carbon::grams(0.125)}},
                     .saving = Carbon::grams(3.5)};
  record.state = spec.state;
  record.verdict = spec.state == DecisionState::kActing ? "admitted" : "";
  return record;
}

TickRecord make_tick(std::vector<DecisionRecord> decisions, int hours) {
  TickRecord tick;
  tick.at = kLater + std::chrono::hours{hours};
  tick.real_at = kLater + std::chrono::years{4};
  tick.policy = "forecast";
  tick.forecast_model = "persistence";
  tick.forecast_issued = kLater;
  tick.inputs = make_inputs();
  tick.inputs_digest = digest_of(*tick.inputs);
  tick.flags = {{.stage = Stage::kForecast, .what = "zone C: no data"},
                {.stage = Stage::kObserve, .what = "old"}};
  for (auto& record : decisions) {
    record.at = tick.at;
    record.real_at = tick.real_at;
    record.policy = tick.policy;
    record.forecast_model = tick.forecast_model;
    record.forecast_issued = tick.forecast_issued;
    record.inputs_digest = tick.inputs_digest;
  }
  tick.decisions = std::move(decisions);
  return tick;
}

PlanInputs make_inputs() {
  policy::testing::World world;
  world.node({.id = "n1", .zone = "A"}).node({.id = "n2", .zone = "B", .ready = false});
  world.workload({.id = "redis", .node = "n1"}).forecast("A", {100.125, 0.1}).forecast("B", {7});
  world.snapshot.workloads.front().labels = {{"app", "redis"}, {"tier", "\"cache\"\n"}};
  return {.snapshot = world.snapshot, .forecasts = world.forecasts, .budgets = world.budgets};
}

}  // namespace drover::control::testing
