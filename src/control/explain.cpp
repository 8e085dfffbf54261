#include "control/explain.h"

#include <algorithm>
#include <format>
#include <utility>

namespace drover::control {
namespace {

std::string place(const cluster::Snapshot& snapshot, const NodeId& id) {
  const auto* node = cluster::find_node(snapshot, id);
  return node == nullptr ? std::format("{} (gone)", id) : std::format("{} ({})", id, node->zone);
}

bool acted(const DecisionRecord& record) {
  return record.state == DecisionState::kActing || record.state == DecisionState::kDone ||
         record.state == DecisionState::kFailed;
}

std::string standing_of(const WorkloadId& id, const cluster::Snapshot& snapshot,
                        const cluster::Workload* workload) {
  if (workload == nullptr) {
    return std::format("{} is not in the cluster any more.", id);
  }
  if (!workload->node) {
    return std::format("{} is {} and has no node.", id, to_string(workload->phase));
  }
  return std::format("{} is {} on {}{}.", id, to_string(workload->phase),
                     place(snapshot, *workload->node),
                     workload->movable ? "" : "; it has opted out of moves");
}

// What its last move says about where it is.
std::string cause_by(const DecisionRecord& move, const cluster::Snapshot& snapshot,
                     const cluster::Workload* workload) {
  const auto to = place(snapshot, move.decision.to);
  const auto when = format_time(move.at);
  switch (move.state) {
    case DecisionState::kActing:
      return std::format("Policy {} is moving it to {} since {}: {}.", move.policy, to, when,
                         move.decision.reason);
    case DecisionState::kFailed:
      return std::format("Its move to {} at {} failed: {}.", to, when,
                         move.outcome ? move.outcome->why : "unknown");
    case DecisionState::kDone:
      if (workload != nullptr && workload->node != move.decision.to) {
        return std::format("Policy {} had moved it to {} at {}; something else has moved it since.",
                           move.policy, to, when);
      }
      return std::format("Policy {} moved it there at {}: {}.", move.policy, when,
                         move.decision.reason);
    case DecisionState::kPlanned:
    case DecisionState::kRefused:
      break;
  }
  return {};
}

void add_decision(std::string& text, const DecisionRecord& record) {
  text += std::format("\nlast decision: {} at {} by policy {} ({})\n  {}\n", record.id,
                      format_time(record.at), record.policy, to_string(record.state),
                      record.decision.reason);
  for (const auto& term : record.decision.terms) {
    text += std::format("  {:<56} {:>12.2f}\n", term.name, term.carbon);
  }
  text += std::format("  {:<56} {:>12.2f}\n", "expected saving", record.decision.saving);
  if (record.forecast_issued) {
    text += std::format("  forecast {}, issued {}\n", record.forecast_model,
                        format_time(*record.forecast_issued));
  }
  if (!record.verdict.empty()) {
    text += std::format("  admission: {}\n", record.verdict);
  }
}

void add_move(std::string& text, const DecisionRecord& move) {
  text +=
      std::format("\nlast move: decision {} at {}, {} -> {}, {}{}\n", move.id, format_time(move.at),
                  move.decision.from, move.decision.to, to_string(move.state),
                  move.migration.empty() ? "" : std::format(", migration {}", move.migration));
  if (!move.outcome) {
    return;
  }
  text += std::format("  {:.1f} sent, {} ms in all, stood still for {} ms{}\n", move.outcome->bytes,
                      move.outcome->migration_time.count(), move.outcome->downtime.count(),
                      move.outcome->why.empty() ? "" : ": " + move.outcome->why);
}

}  // namespace

Result<Explanation> explain(const WorkloadId& workload, const cluster::Snapshot& snapshot,
                            const std::vector<DecisionRecord>& history) {
  const auto* found = cluster::find_workload(snapshot, workload);
  if (found == nullptr && history.empty()) {
    return not_found(
        std::format("there is no workload '{}', and nothing was ever decided for it", workload));
  }
  Explanation explanation;
  explanation.workload = workload;
  explanation.standing = standing_of(workload, snapshot, found);
  const auto move = std::ranges::find_if(history, acted);
  std::ranges::copy_if(history.begin(), move, std::back_inserter(explanation.refusals),
                       [](const auto& record) { return record.state == DecisionState::kRefused; });
  if (!history.empty()) {
    explanation.last_decision = history.front();
  }
  if (move != history.end()) {
    explanation.last_move = *move;
    explanation.cause = cause_by(*move, snapshot, found);
  } else {
    explanation.cause = "It was placed there; no policy has moved it.";
  }
  return explanation;
}

std::string to_text(const Explanation& explanation) {
  auto text = std::format("{}\n{}\n", explanation.standing, explanation.cause);
  if (explanation.last_decision) {
    add_decision(text, *explanation.last_decision);
  }
  if (explanation.last_move) {
    add_move(text, *explanation.last_move);
  }
  if (!explanation.refusals.empty()) {
    text += "\nrefused since:\n";
  }
  for (const auto& refusal : explanation.refusals) {
    text += std::format("  {} to {}: {}\n", format_time(refusal.at), refusal.decision.to,
                        refusal.verdict);
  }
  return text;
}

}  // namespace drover::control
