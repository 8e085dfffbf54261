#include "control/testing/memory_ledger.h"

#include <algorithm>
#include <format>
#include <ranges>
#include <utility>

namespace drover::control::testing {
namespace {

bool matches(const HistoryQuery& query, const DecisionRecord& record) {
  return (!query.workload || record.decision.workload == *query.workload) &&
         (!query.since || record.at >= *query.since) &&
         (!query.moves_only || record.decision.moves());
}

std::unexpected<Error> no_such_decision(std::int64_t id) {
  return not_found(std::format("the ledger has no decision {}", id));
}

}  // namespace

Result<TickRecord> MemoryLedger::record(TickRecord tick) {
  tick.id = static_cast<std::int64_t>(ticks_.size()) + 1;
  for (auto& decision : tick.decisions) {
    decision.id = ++last_decision_;
  }
  ticks_.push_back(tick);
  return tick;
}

Result<> MemoryLedger::begun(std::int64_t decision, const MigrationId& migration) {
  auto* found = find(decision);
  if (found == nullptr) {
    return no_such_decision(decision);
  }
  if (found->migration == migration) {
    return {};
  }
  if (found->state != DecisionState::kActing || !found->migration.empty()) {
    return conflict(std::format("decision {} is {} with migration '{}'", decision,
                                to_string(found->state), found->migration));
  }
  found->migration = migration;
  return {};
}

Result<> MemoryLedger::conclude(std::int64_t decision, DecisionState end, const Outcome& outcome,
                                Instant at) {
  auto* found = find(decision);
  if (found == nullptr) {
    return no_such_decision(decision);
  }
  if (found->state == end) {
    return {};
  }
  if (found->state != DecisionState::kActing) {
    return conflict(std::format("decision {} is {}", decision, to_string(found->state)));
  }
  found->state = end;
  found->outcome = outcome;
  found->settled_at = at;
  return {};
}

Result<std::vector<DecisionRecord>> MemoryLedger::acting() {
  std::vector<DecisionRecord> acting;
  for (const auto& tick : ticks_) {
    std::ranges::copy_if(tick.decisions, std::back_inserter(acting),
                         [](const auto& record) { return record.state == DecisionState::kActing; });
  }
  return acting;
}

Result<std::vector<DecisionRecord>> MemoryLedger::history(const HistoryQuery& query) {
  std::vector<DecisionRecord> found;
  for (const auto& tick : ticks_ | std::views::reverse) {
    for (const auto& record : tick.decisions | std::views::reverse) {
      if (found.size() < query.limit && matches(query, record)) {
        found.push_back(record);
      }
    }
  }
  return found;
}

Result<std::vector<TickRecord>> MemoryLedger::ticks(std::size_t limit) {
  std::vector<TickRecord> found;
  for (const auto& tick : ticks_ | std::views::reverse | std::views::take(limit)) {
    found.push_back(tick);
    found.back().inputs.reset();
    found.back().decisions.clear();
  }
  return found;
}

Result<TickRecord> MemoryLedger::tick(std::int64_t id) {
  if (id < 1 || id > static_cast<std::int64_t>(ticks_.size())) {
    return not_found(std::format("the ledger has no tick {}", id));
  }
  return ticks_[static_cast<std::size_t>(id - 1)];
}

DecisionRecord* MemoryLedger::find(std::int64_t decision) {
  for (auto& tick : ticks_) {
    const auto found = std::ranges::find(tick.decisions, decision, &DecisionRecord::id);
    if (found != tick.decisions.end()) {
      return &*found;
    }
  }
  return nullptr;
}

}  // namespace drover::control::testing
