// What control writes down: one record per tick, with one per decision in it. Passive data.
//
// The life of a decision; only a move that passed admission acts:
//
//   planned   nothing to act on: the decision was to stay
//   refused   a move that admission turned down; `verdict` says why
//   acting    recorded, and from here on begun exactly once, under key_of(id)
//   done      the move is committed
//   failed    it was rolled back or never begun; outcome.why says why
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "base/units.h"
#include "cluster/plan.h"
#include "cluster/snapshot.h"
#include "policy/policy.h"

namespace drover::control {

enum class DecisionState { kPlanned, kRefused, kActing, kDone, kFailed };
std::string_view to_string(DecisionState state);
Result<DecisionState> parse_decision_state(std::string_view text);

enum class Stage { kSettle, kObserve, kForecast, kPlan, kAdmit, kRecord, kAct };
std::string_view to_string(Stage stage);
Result<Stage> parse_stage(std::string_view text);

// A stage that did less than it should, said where operators and readers of the ledger see it.
struct Flag {
  Stage stage = Stage::kSettle;
  std::string what;
  friend bool operator==(const Flag&, const Flag&) = default;
};

// How a move ended, as measured by the actor.
struct Outcome {
  Bytes bytes;                // sent between the nodes
  Duration downtime{};        // the workload stood still
  Duration migration_time{};  // from begin to end
  std::string why;            // of a failure; empty after a success
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

struct DecisionRecord {
  std::int64_t id = 0;  // given by the ledger, ascending, never used again
  Instant at;           // of the tick, in the loop's time (simulated or real)
  Instant real_at;      // by the wall clock
  std::string policy;
  cluster::Decision decision;
  std::string forecast_model;  // as in the tick
  std::optional<Instant> forecast_issued;
  std::string inputs_digest;  // as in the tick
  std::string verdict;        // of admission; empty for a stay
  MigrationId migration;      // of an acting decision, once the actor has named it
  DecisionState state = DecisionState::kPlanned;
  std::optional<Outcome> outcome;
  std::optional<Instant> settled_at;
};

// The key of the move that a decision begins: it follows from the record alone, so that a crash
// between recording, beginning and noting the migration's id leaves neither a lost move nor two.
std::string key_of(std::int64_t decision_id);

// What a plan was made from, kept so that it can be made again.
struct PlanInputs {
  cluster::Snapshot snapshot;
  std::map<ZoneId, carbon::Forecast> forecasts;
  std::map<WorkloadId, policy::Budget> budgets;
};

struct TickRecord {
  std::int64_t id = 0;  // given by the ledger
  Instant at;
  Instant real_at;
  std::string policy;
  std::string forecast_model;  // all that were used, sorted: "persistence, seasonal-naive-24h"
  std::optional<Instant> forecast_issued;  // the oldest; absent: there was none
  std::string inputs_digest;               // digest_of(inputs); empty: the tick got none
  std::vector<Flag> flags;
  std::optional<PlanInputs> inputs;
  std::vector<DecisionRecord> decisions;
};

}  // namespace drover::control
