#include "control/loop.h"

#include <algorithm>
#include <format>
#include <set>
#include <utility>

#include "control/digest.h"

namespace drover::control {
namespace {

constexpr std::size_t kMaxUnrecorded =
    1000;  // flags; more say nothing new about a ledger that fails

std::vector<ZoneId> zones_of(const cluster::Snapshot& snapshot) {
  std::set<ZoneId> zones;
  std::ranges::transform(snapshot.nodes, std::inserter(zones, zones.end()), &cluster::Node::zone);
  return {zones.begin(), zones.end()};
}

std::map<ZoneId, ZoneView> views_of(const Forecasts& forecasts) {
  std::map<ZoneId, ZoneView> views;
  for (const auto& [zone, why] : forecasts.missing) {
    views[zone].missing = why;
  }
  for (const auto& [zone, forecast] : forecasts.zones) {
    views[zone].forecast = forecast;
    if (!forecast.mean.empty()) {
      views[zone].now = forecast.mean.front();
    }
  }
  return views;
}

// "persistence, seasonal-naive-24h"
std::string models_of(const PlanInputs& inputs) {
  std::set<std::string> models;
  for (const auto& [zone, forecast] : inputs.forecasts) {
    models.insert(forecast.model);
  }
  std::string text;
  for (const auto& model : models) {
    text += (text.empty() ? "" : ", ") + model;
  }
  return text;
}

std::optional<Instant> oldest_issue(const PlanInputs& inputs) {
  std::optional<Instant> oldest;
  for (const auto& [zone, forecast] : inputs.forecasts) {
    oldest = std::min(oldest.value_or(forecast.issued), forecast.issued);
  }
  return oldest;
}

DecisionRecord record_of(const TickRecord& tick, const Verdict& verdict) {
  DecisionRecord record;
  record.at = tick.at;
  record.real_at = tick.real_at;
  record.policy = tick.policy;
  record.decision = verdict.decision;
  record.forecast_model = tick.forecast_model;
  record.forecast_issued = tick.forecast_issued;
  record.inputs_digest = tick.inputs_digest;
  record.verdict = verdict.why;
  if (verdict.decision.moves()) {
    record.state = verdict.admitted ? DecisionState::kActing : DecisionState::kRefused;
  }
  return record;
}

cluster::Plan plan_of(const TickRecord& tick) {
  cluster::Plan plan{.at = tick.at, .policy = tick.policy, .decisions = {}};
  std::ranges::transform(tick.decisions, std::back_inserter(plan.decisions),
                         &DecisionRecord::decision);
  return plan;
}

std::map<WorkloadId, policy::Budget> budgets_of(const cluster::Snapshot& snapshot,
                                                const policy::Budget& budget,
                                                const std::map<WorkloadId, Allowance>& used) {
  std::map<WorkloadId, policy::Budget> budgets;
  for (const auto& workload : snapshot.workloads) {
    auto& left = budgets[workload.id] = budget;
    if (const auto found = used.find(workload.id); found != used.end()) {
      left.moves_left -= std::min(left.moves_left, found->second.moves_made);
    }
  }
  return budgets;
}

}  // namespace

Loop::Loop(const policy::Policy& policy, Ports ports, LoopConfig config)
    : policy_(policy), ports_(ports), config_(config) {
  view_.policy = policy.name();
}

TickReport Loop::tick(Instant now) {
  view_.decisions.clear();
  const auto done =
      settle(now)
          .and_then([&] { return observe(now); })
          .and_then([&](cluster::Snapshot snapshot) { return forecast(std::move(snapshot), now); })
          .and_then([&](PlanInputs inputs) { return plan(std::move(inputs), now); })
          .and_then([&](TickRecord planned) { return admit_fresh(std::move(planned)); })
          .and_then([&](TickRecord admitted) { return record_intent(std::move(admitted)); })
          .transform([&](const TickRecord& intent) { act(intent); });
  if (!done) {
    record_flags_alone(now);
  }
  view_.flags = report_.flags;
  return publish(now);
}

TickReport Loop::settle_only(Instant now) {
  if (settle(now) && !report_.settled.empty()) {
    std::ignore = observe(now);  // for the readers: the workload is elsewhere now
  }
  return publish(now);
}

Result<> Loop::settle(Instant now) {
  return settle_moves({.ledger = ports_.ledger, .actor = ports_.actor, .now = now})
      .transform([&](Settled settled) {
        view_.in_flight.clear();
        take(std::move(settled));
      })
      .transform_error(flagging(Stage::kSettle));
}

Result<cluster::Snapshot> Loop::observe(Instant now) {
  return ports_.observer.observe(now)
      .transform([&](cluster::Snapshot snapshot) {
        if (now - snapshot.at > config_.admit.max_observation_age) {
          flag(Stage::kObserve, std::format("the cluster as of {} is too old to move anything",
                                            format_time(snapshot.at)));
        }
        view_.snapshot = snapshot;
        return snapshot;
      })
      .transform_error(flagging(Stage::kObserve));
}

Result<PlanInputs> Loop::forecast(cluster::Snapshot snapshot, Instant now) {
  auto issued = issue_forecasts(snapshot, now);
  view_.zones = views_of(issued);
  return allowances(now)
      .transform([&](const Allowances& used) {
        auto budgets = budgets_of(snapshot, config_.budget, used);
        return PlanInputs{.snapshot = std::move(snapshot),
                          .forecasts = std::move(issued.zones),
                          .budgets = std::move(budgets)};
      })
      .transform_error(flagging(Stage::kForecast));
}

Result<TickRecord> Loop::plan(PlanInputs inputs, Instant now) {
  return policy_
      .plan({.snapshot = inputs.snapshot, .forecasts = inputs.forecasts, .budgets = inputs.budgets})
      .transform([&](const cluster::Plan& plan) {
        auto tick = blank(now);
        tick.forecast_model = models_of(inputs);
        tick.forecast_issued = oldest_issue(inputs);
        tick.inputs_digest = digest_of(inputs);
        tick.inputs = std::move(inputs);
        for (const auto& decision : plan.decisions) {
          tick.decisions.push_back(record_of(tick, {.decision = decision}));
        }
        return tick;
      })
      .transform_error(flagging(Stage::kPlan));
}

Result<TickRecord> Loop::admit_fresh(TickRecord tick) {
  return allowances(tick.at)
      .transform([&](const Allowances& used) {
        const auto verdicts = judge(tick, used);
        std::ranges::transform(verdicts, tick.decisions.begin(),
                               [&](const Verdict& verdict) { return record_of(tick, verdict); });
        return std::move(tick);
      })
      .transform_error(flagging(Stage::kAdmit));
}

Result<TickRecord> Loop::record_intent(TickRecord tick) {
  tick.flags = unrecorded_;
  return ports_.ledger.record(std::move(tick))
      .transform([&](TickRecord recorded) {
        unrecorded_.clear();
        view_.decisions = recorded.decisions;
        return recorded;
      })
      .transform_error(flagging(Stage::kRecord));
}

void Loop::act(const TickRecord& tick) {
  Settled begun;
  for (const auto& decision : tick.decisions) {
    if (decision.state == DecisionState::kActing) {
      begin_move({.ledger = ports_.ledger, .actor = ports_.actor, .now = tick.at}, decision, begun);
    }
  }
  take(std::move(begun));
}

// An error leaves no forecast at all: the policy finds no candidates, and everything stays.
Forecasts Loop::issue_forecasts(const cluster::Snapshot& snapshot, Instant now) {
  auto issued = ports_.forecasts
                    .issue({.zones = zones_of(snapshot),
                            .now = now,
                            .horizon = std::chrono::hours(config_.budget.horizon)})
                    .transform_error(flagging(Stage::kForecast))
                    .value_or(Forecasts{});
  for (const auto& [zone, why] : issued.missing) {
    flag(Stage::kForecast, std::format("zone {}: {}", zone, why));
  }
  for (const auto& [zone, forecast] : issued.zones) {
    if (!forecast.fallback.empty()) {
      flag(Stage::kForecast, std::format("zone {}: {}", zone, forecast.fallback));
    }
  }
  return issued;
}

Result<Loop::Allowances> Loop::allowances(Instant now) {
  const auto window_start = now - config_.budget_window + Duration{1};
  const auto since = std::min(window_start, now - config_.cool_down);
  return ports_.ledger.history({.workload = {}, .since = since, .moves_only = true, .limit = kAll})
      .transform([&](const auto& moves) { return count_moves(moves, window_start); });
}

std::vector<Verdict> Loop::judge(const TickRecord& tick, const Allowances& used) {
  const auto plan = plan_of(tick);
  const auto fresh = ports_.observer.observe(tick.at).transform_error(flagging(Stage::kAdmit));
  if (!fresh) {
    return refuse_all(plan, "there is no fresh observation");
  }
  AdmitContext context{.now = tick.at, .fresh = *fresh, .limits = config_.admit};
  for (const auto& move : view_.in_flight) {
    context.in_flight[move.decision.workload] = move.decision.to;
  }
  for (const auto& [workload, allowance] : used) {
    if (allowance.last_attempt) {
      context.cooling_until[workload] = *allowance.last_attempt + config_.cool_down;
    }
  }
  for (const auto& [workload, budget] : budgets_of(*fresh, config_.budget, used)) {
    context.moves_left[workload] = budget.moves_left;
  }
  return admit(plan, context);
}

TickRecord Loop::blank(Instant now) const {
  TickRecord tick;
  tick.at = now;
  tick.real_at = ports_.wall.now();
  tick.policy = policy_.name();
  return tick;
}

// For a tick that did not get as far as its record. What the ledger refuses even now goes with the
// next tick.
void Loop::record_flags_alone(Instant now) {
  auto tick = blank(now);
  tick.flags = unrecorded_;
  if (ports_.ledger.record(std::move(tick))) {
    unrecorded_.clear();
  }
}

void Loop::take(Settled settled) {
  for (auto& part : settled.flags) {
    flag(part.stage, std::move(part.what));
  }
  for (auto* moves : {&settled.ended, &settled.in_flight}) {
    for (const auto& move : *moves) {
      std::ranges::replace_if(
          view_.decisions, [&](const auto& shown) { return shown.id == move.id; }, move);
    }
  }
  std::ranges::move(settled.in_flight, std::back_inserter(view_.in_flight));
  std::ranges::move(settled.ended, std::back_inserter(report_.settled));
}

void Loop::flag(Stage stage, std::string what) {
  if (unrecorded_.size() < kMaxUnrecorded) {
    unrecorded_.push_back({.stage = stage, .what = what});
  }
  report_.flags.push_back({.stage = stage, .what = std::move(what)});
}

std::function<Error(Error)> Loop::flagging(Stage stage) {
  return [this, stage](Error error) {
    flag(stage, error.what);
    return error;
  };
}

TickReport Loop::publish(Instant now) {
  ++view_.sequence;
  view_.at = now;
  view_.real_at = ports_.wall.now();
  ports_.views.publish(view_);
  report_.at = now;
  report_.decisions = view_.decisions;
  report_.in_flight = view_.in_flight.size();
  return std::exchange(report_, {});
}

}  // namespace drover::control
