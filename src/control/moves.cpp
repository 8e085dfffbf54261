#include "control/moves.h"

#include <algorithm>
#include <format>
#include <utility>

namespace drover::control {
namespace {

// Refused for good: nothing was begun. After any other error the move may exist, and the key finds
// it.
bool is_refusal(const Error& error) {
  return error.code == Code::kInvalid || error.code == Code::kNotFound ||
         error.code == Code::kConflict;
}

void flag(Settled& settled, Stage stage, const DecisionRecord& decision, const Error& error) {
  settled.flags.push_back(
      {.stage = stage,
       .what = std::format("move of {} (decision {}): {}", decision.decision.workload, decision.id,
                           error.what)});
}

// Records the end. While the ledger can't, the move counts as in flight, and the next settling asks
// again.
void conclude(const MovePorts& ports, DecisionRecord decision, DecisionState end, Outcome outcome,
              Settled& settled) {
  if (const auto done = ports.ledger.conclude(decision.id, end, outcome, ports.now); !done) {
    flag(settled, Stage::kSettle, decision, done.error());
    settled.in_flight.push_back(std::move(decision));
    return;
  }
  decision.state = end;
  decision.outcome = std::move(outcome);
  decision.settled_at = ports.now;
  settled.ended.push_back(std::move(decision));
}

void fail(const MovePorts& ports, DecisionRecord decision, std::string why, Settled& settled) {
  Outcome outcome;
  outcome.why = std::move(why);
  conclude(ports, std::move(decision), DecisionState::kFailed, std::move(outcome), settled);
}

void ask(const MovePorts& ports, DecisionRecord decision, Settled& settled) {
  auto progress = ports.actor.poll(decision.migration);
  if (!progress) {
    if (progress.error().code == Code::kNotFound) {
      return fail(ports, std::move(decision), progress.error().what, settled);
    }
    flag(settled, Stage::kSettle, decision, progress.error());
    settled.in_flight.push_back(std::move(decision));
    return;
  }
  switch (progress->state) {
    case MoveState::kRunning:
      settled.in_flight.push_back(std::move(decision));
      return;
    case MoveState::kCommitted:
      return conclude(ports, std::move(decision), DecisionState::kDone,
                      std::move(progress->outcome), settled);
    case MoveState::kAborted:
      return conclude(ports, std::move(decision), DecisionState::kFailed,
                      std::move(progress->outcome), settled);
  }
}

}  // namespace

void begin_move(const MovePorts& ports, DecisionRecord decision, Settled& settled) {
  const auto begun = ports.actor.begin({.key = key_of(decision.id),
                                        .workload = decision.decision.workload,
                                        .from = decision.decision.from,
                                        .to = decision.decision.to,
                                        .reason = decision.decision.reason});
  if (!begun) {
    if (is_refusal(begun.error())) {
      return fail(ports, std::move(decision), begun.error().what, settled);
    }
    flag(settled, Stage::kAct, decision, begun.error());
    settled.in_flight.push_back(std::move(decision));
    return;
  }
  decision.migration = *begun;
  // Not noted is not lost: the next settling begins it again and is given the same migration.
  if (const auto noted = ports.ledger.begun(decision.id, *begun); !noted) {
    flag(settled, Stage::kAct, decision, noted.error());
  }
  settled.in_flight.push_back(std::move(decision));
}

Result<Settled> settle_moves(const MovePorts& ports) {
  auto acting = ports.ledger.acting();
  if (!acting) {
    return std::unexpected(acting.error());
  }
  Settled settled;
  for (auto& decision : *acting) {
    decision.migration.empty() ? begin_move(ports, std::move(decision), settled)
                               : ask(ports, std::move(decision), settled);
  }
  return settled;
}

std::map<WorkloadId, Allowance> count_moves(const std::vector<DecisionRecord>& moves,
                                            Instant window_start) {
  std::map<WorkloadId, Allowance> counted;
  for (const auto& move : moves) {
    if (move.state == DecisionState::kRefused || !move.decision.moves()) {
      continue;
    }
    auto& allowance = counted[move.decision.workload];
    const bool counts = move.state != DecisionState::kFailed && move.at >= window_start;
    allowance.moves_made += counts ? 1 : 0;
    allowance.last_attempt =
        std::max(allowance.last_attempt, std::optional(move.settled_at.value_or(move.at)));
  }
  return counted;
}

}  // namespace drover::control
