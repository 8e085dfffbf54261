// Records for tests of ledgers and of what reads them.
#pragma once

#include <string>

#include "control/record.h"

namespace drover::control::testing {

inline constexpr Instant kLater{std::chrono::sys_days{std::chrono::January / 5 / 2021}};

struct RecordSpec {
  std::string workload = "redis";
  std::string from = "n1";
  std::string to = "n2";
  DecisionState state = DecisionState::kActing;
};

// With terms, a saving, a verdict.
DecisionRecord make_decision(const RecordSpec& spec);

// With flags and inputs; decided `hours` after kLater.
TickRecord make_tick(std::vector<DecisionRecord> decisions, int hours = 0);

PlanInputs make_inputs();

}  // namespace drover::control::testing
