// The control loop: settle -> observe -> forecast -> plan -> admit -> record -> act, once per slot.
//
// A stage that fails degrades visibly: its flag stands in the TickReport, in the ledger (of the
// same tick; of the next when it came after recording) and in the published view.
//
//   observation fails or is stale   nothing moves
//   no forecast for a zone          the zone is no candidate
//   the policy fails                nothing moves
//   the ledger fails                nothing is begun: what is not recorded is not acted on
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "cluster/backend.h"
#include "control/actor.h"
#include "control/admit.h"
#include "control/forecast_source.h"
#include "control/ledger.h"
#include "control/moves.h"
#include "control/view.h"
#include "policy/policy.h"

namespace drover::control {

// All outlive the loop.
struct Ports {
  cluster::Backend& observer;
  ForecastSource& forecasts;
  Actor& actor;
  Ledger& ledger;
  const Clock& wall;  // real time, only to be written down
  ViewBoard& views;
};

struct LoopConfig {
  policy::Budget budget;  // moves_left: at most so many moves per workload and window
  Duration budget_window = std::chrono::hours{24};  // in the loop's time, as everything here
  Duration cool_down{};  // so long after a move or a failed attempt there is no other
  AdmitLimits admit;
};

struct TickReport {
  Instant at;
  std::vector<Flag> flags;                // empty: nothing was degraded
  std::vector<DecisionRecord> settled;    // moves of earlier ticks that ended now
  std::vector<DecisionRecord> decisions;  // of this tick
  std::size_t in_flight = 0;              // moves that have not ended
};

// One thread calls it, always the same one. A tick begins moves and returns; a later tick or
// settling ends them.
class Loop {
 public:
  Loop(const policy::Policy& policy, Ports ports, LoopConfig config);

  // One whole round at `now`. Never fails as such: what went wrong is in the flags.
  TickReport tick(Instant now);

  // Only looks after the moves in flight: between ticks and after a restart. Publishes too.
  TickReport settle_only(Instant now);

 private:
  using Allowances = std::map<WorkloadId, Allowance>;

  // The stages. One that returns an error has flagged it.
  Result<> settle(Instant now);
  Result<cluster::Snapshot> observe(Instant now);
  Result<PlanInputs> forecast(cluster::Snapshot snapshot, Instant now);
  Result<TickRecord> plan(PlanInputs inputs, Instant now);
  Result<TickRecord> admit_fresh(TickRecord tick);
  Result<TickRecord> record_intent(TickRecord tick);
  void act(const TickRecord& tick);

  Forecasts issue_forecasts(const cluster::Snapshot& snapshot, Instant now);
  Result<Allowances> allowances(Instant now);
  std::vector<Verdict> judge(const TickRecord& tick, const Allowances& used);
  [[nodiscard]] TickRecord blank(Instant now) const;
  void record_flags_alone(Instant now);
  void take(Settled settled);
  void flag(Stage stage, std::string what);
  std::function<Error(Error)> flagging(Stage stage);
  TickReport publish(Instant now);

  const policy::Policy& policy_;
  Ports ports_;
  LoopConfig config_;
  View view_;                     // of what is known so far; readers get copies
  TickReport report_;             // of the tick or settling that is under way
  std::vector<Flag> unrecorded_;  // flags that the ledger does not have yet
};

}  // namespace drover::control
