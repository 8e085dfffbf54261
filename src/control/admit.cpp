#include "control/admit.h"

#include <algorithm>
#include <format>
#include <numeric>

namespace drover::control {
namespace {

constexpr std::string_view kAdmitted = "admitted";

// Admission as it goes: what is left of the room and of the concurrent moves.
class Gate {
 public:
  explicit Gate(const AdmitContext& context)
      : context_(context), room_(context.fresh), moving_(context.in_flight.size()) {
    for (const auto& [id, node] : context.in_flight) {
      const auto* workload = cluster::find_workload(context.fresh, id);
      if (workload != nullptr && workload->node != node) {
        reserve(*workload, node);
      }
    }
  }

  // Why the move must not be; empty: it may, and its room is taken.
  std::string ask(const cluster::Decision& decision) {
    auto why = refusal(decision);
    if (why.empty()) {
      reserve(*cluster::find_workload(context_.fresh, decision.workload), decision.to);
      ++moving_;
    }
    return why;
  }

 private:
  void reserve(cluster::Workload workload, const NodeId& node) {
    workload.node = node;
    room_.workloads.push_back(std::move(workload));
  }

  [[nodiscard]] std::string refusal(const cluster::Decision& decision) const {
    const auto age = context_.now - context_.fresh.at;
    if (age > context_.limits.max_observation_age) {
      return std::format(
          "the observation is {} s old, at most {} s are allowed",
          std::chrono::duration_cast<std::chrono::seconds>(age).count(),
          std::chrono::duration_cast<std::chrono::seconds>(context_.limits.max_observation_age)
              .count());
    }
    const auto* workload = cluster::find_workload(context_.fresh, decision.workload);
    if (workload == nullptr) {
      return "the workload is gone";
    }
    if (auto why = workload_refusal(*workload, decision); !why.empty()) {
      return why;
    }
    return node_refusal(*workload, decision);
  }

  [[nodiscard]] std::string workload_refusal(const cluster::Workload& workload,
                                             const cluster::Decision& decision) const {
    if (context_.in_flight.contains(workload.id)) {
      return "its last move has not ended";
    }
    if (workload.phase != cluster::WorkloadPhase::kRunning) {
      return std::format("it is {}, not Running", to_string(workload.phase));
    }
    if (!workload.movable) {
      return "it has opted out of moves";
    }
    if (workload.node != decision.from) {
      return std::format("it is on {} now", workload.node.value_or(NodeId{"no node"}));
    }
    const auto left = context_.moves_left.find(workload.id);
    if (left == context_.moves_left.end() || left->second == 0) {
      return "its budget has no move left";
    }
    const auto cooling = context_.cooling_until.find(workload.id);
    if (cooling != context_.cooling_until.end() && context_.now < cooling->second) {
      return std::format("it cools down until {}", format_time(cooling->second));
    }
    return {};
  }

  [[nodiscard]] std::string node_refusal(const cluster::Workload& workload,
                                         const cluster::Decision& decision) const {
    for (const auto& id : {decision.from, decision.to}) {
      const auto* node = cluster::find_node(context_.fresh, id);
      if (node == nullptr) {
        return std::format("node {} is gone", id);
      }
      if (!node->ready) {
        return std::format("node {} is not ready", id);
      }
    }
    if (!cluster::fits(room_, workload, decision.to)) {
      return std::format("node {} has no room for it", decision.to);
    }
    if (moving_ >= context_.limits.max_concurrent_moves) {
      return std::format("at most {} at a time may move, and {} do",
                         context_.limits.max_concurrent_moves, moving_);
    }
    return {};
  }

  const AdmitContext& context_;
  cluster::Snapshot room_;
  std::size_t moving_;
};

std::vector<std::size_t> largest_saving_first(const cluster::Plan& plan) {
  std::vector<std::size_t> order(plan.decisions.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater{},
                           [&](std::size_t index) { return plan.decisions[index].saving; });
  return order;
}

}  // namespace

std::vector<Verdict> admit(const cluster::Plan& plan, const AdmitContext& context) {
  auto verdicts = refuse_all(plan, {});
  Gate gate(context);
  for (const auto index : largest_saving_first(plan)) {
    auto& verdict = verdicts[index];
    if (verdict.decision.moves()) {
      verdict.why = gate.ask(verdict.decision);
      verdict.admitted = verdict.why.empty();
      verdict.why += verdict.admitted ? kAdmitted : "";
    }
  }
  return verdicts;
}

std::vector<Verdict> refuse_all(const cluster::Plan& plan, std::string_view why) {
  std::vector<Verdict> verdicts;
  verdicts.reserve(plan.decisions.size());
  for (const auto& decision : plan.decisions) {
    verdicts.push_back({.decision = decision,
                        .admitted = false,
                        .why = decision.moves() ? std::string(why) : std::string()});
  }
  return verdicts;
}

}  // namespace drover::control
