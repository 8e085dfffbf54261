// A ledger that forgets everything with its process: for tests.
#pragma once

#include "control/ledger.h"

namespace drover::control::testing {

class MemoryLedger final : public Ledger {
 public:
  Result<TickRecord> record(TickRecord tick) override;
  Result<> begun(std::int64_t decision, const MigrationId& migration) override;
  Result<> conclude(std::int64_t decision, DecisionState end, const Outcome& outcome,
                    Instant at) override;
  Result<std::vector<DecisionRecord>> acting() override;
  Result<std::vector<DecisionRecord>> history(const HistoryQuery& query) override;
  Result<std::vector<TickRecord>> ticks(std::size_t limit) override;
  Result<TickRecord> tick(std::int64_t id) override;

 private:
  DecisionRecord* find(std::int64_t decision);

  std::vector<TickRecord> ticks_;  // oldest first, each with its decisions
  std::int64_t last_decision_ = 0;
};

}  // namespace drover::control::testing
