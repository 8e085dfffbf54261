#include "cli/demo_simulation.h"

#include <algorithm>
#include <format>

#include "carbon/registry.h"
#include "policy/planner.h"
#include "policy/registry.h"

namespace drover::cli {
namespace {

constexpr Duration kSlot = std::chrono::hours{1};
// What a forecaster is given: more than any of them uses, and little enough for thousands of
// issues.
constexpr Duration kHistory = std::chrono::days{60};

// A cluster that does at once what it is told.
class InstantCluster final : public cluster::Backend, public control::Actor {
 public:
  explicit InstantCluster(const Scenario& scenario)
      : scenario_(scenario), place_(*scenario.workload.node) {}

  Result<cluster::Snapshot> observe(Instant now) override {
    auto workload = scenario_.workload;
    workload.node = place_;
    return cluster::Snapshot{.at = now, .nodes = scenario_.nodes, .workloads = {workload}};
  }
  Result<MigrationId> begin(const control::MoveOrder& order) override {
    place_ = order.to;
    return MigrationId{order.key};
  }
  Result<control::Progress> poll(const MigrationId& /*id*/) override {
    return control::Progress{.state = control::MoveState::kCommitted};
  }
  [[nodiscard]] const NodeId& place() const { return place_; }

 private:
  const Scenario& scenario_;
  NodeId place_;
};

// A ledger that forgets at the end of the run: a simulation has nothing to survive.
class VolatileLedger final : public control::Ledger {
 public:
  Result<control::TickRecord> record(control::TickRecord tick) override {
    tick.id = ++ticks_;
    for (auto& decision : tick.decisions) {
      decision.id = ++last_id_;
      if (decision.decision.moves()) {
        moves_.push_back(decision);
      }
    }
    return tick;
  }
  Result<> begun(std::int64_t id, const MigrationId& migration) override {
    return change(id, [&](control::DecisionRecord& move) { move.migration = migration; });
  }
  Result<> conclude(std::int64_t id, control::DecisionState end, const control::Outcome& outcome,
                    Instant at) override {
    return change(id, [&](control::DecisionRecord& move) {
      move.state = end;
      move.outcome = outcome;
      move.settled_at = at;
    });
  }
  Result<std::vector<control::DecisionRecord>> acting() override {
    std::vector<control::DecisionRecord> found;
    std::ranges::copy_if(moves_, std::back_inserter(found),
                         [](const control::DecisionRecord& move) {
                           return move.state == control::DecisionState::kActing;
                         });
    return found;
  }
  // Of moves alone: nobody asks a simulation for the others.
  Result<std::vector<control::DecisionRecord>> history(
      const control::HistoryQuery& query) override {
    std::vector<control::DecisionRecord> found;
    std::copy_if(moves_.rbegin(), moves_.rend(), std::back_inserter(found),
                 [&](const control::DecisionRecord& move) {
                   return !query.since || move.at >= *query.since;
                 });
    return found;
  }
  Result<std::vector<control::TickRecord>> ticks(std::size_t /*limit*/) override { return {}; }
  Result<control::TickRecord> tick(std::int64_t id) override {
    return not_found(std::format("a simulation keeps no tick {}", id));
  }

 private:
  template <class Change>
  Result<> change(std::int64_t id, const Change& apply) {
    const auto move = std::ranges::find(moves_, id, &control::DecisionRecord::id);
    if (move == moves_.end()) {
      return not_found(std::format("there is no move {}", id));
    }
    apply(*move);
    return {};
  }

  std::vector<control::DecisionRecord> moves_;
  std::int64_t ticks_ = 0;
  std::int64_t last_id_ = 0;
};

const ZoneId* zone_of(const Scenario& scenario, const NodeId& node) {
  const auto found = std::ranges::find(scenario.nodes, node, &cluster::Node::id);
  return found == scenario.nodes.end() ? nullptr : &found->zone;
}

std::vector<PlannedMove> run_loop(const Scenario& scenario, const policy::Policy& policy,
                                  control::ForecastSource& forecasts) {
  InstantCluster cluster(scenario);
  VolatileLedger ledger;
  ManualClock wall(scenario.window.from);
  control::ViewBoard views;
  control::Loop loop(policy,
                     {.observer = cluster,
                      .forecasts = forecasts,
                      .actor = cluster,
                      .ledger = ledger,
                      .wall = wall,
                      .views = views},
                     scenario.loop);
  std::vector<PlannedMove> moves;
  auto place = cluster.place();
  for (auto now = scenario.window.from; now < scenario.window.to; now += kSlot) {
    wall.set(now);
    loop.tick(now);
    if (cluster.place() != place) {
      place = cluster.place();
      moves.push_back({.at = now, .to = *zone_of(scenario, cluster.place())});
    }
  }
  return moves;
}

// One row per node, in the scenario's order.
Result<policy::Problem> problem_of(const Scenario& scenario, const energy::SeriesByZone& series) {
  const auto& window = scenario.window;
  const auto windows = (window.to - window.from + scenario.loop.budget_window - Duration{1}) /
                       scenario.loop.budget_window;
  policy::Problem problem{
      .intensity = {},
      .slot = kSlot,
      .power = scenario.workload.power,
      .move_cost = scenario.loop.budget.move_cost,
      .max_moves = scenario.loop.budget.moves_left * static_cast<std::size_t>(windows),
      .start = std::nullopt};
  for (std::size_t i = 0; i < scenario.nodes.size(); ++i) {
    const auto known = series.find(scenario.nodes[i].zone);
    auto row = known == series.end() ? Result<carbon::Series>(not_found(std::format(
                                           "there is no data of zone {}", scenario.nodes[i].zone)))
                                     : carbon::slice(known->second, window.from, window.to);
    if (!row) {
      return std::unexpected(row.error());
    }
    problem.intensity.push_back(std::move(row->values));
    if (scenario.nodes[i].id == scenario.workload.node) {
      problem.start = i;
    }
  }
  return problem;
}

std::vector<PlannedMove> moves_of(const Scenario& scenario, const policy::Schedule& schedule,
                                  std::size_t start) {
  std::vector<PlannedMove> moves;
  auto zone = start;
  for (std::size_t slot = 0; slot < schedule.zones.size(); ++slot) {
    if (schedule.zones[slot] != zone) {
      zone = *schedule.zones[slot];  // no end: always somewhere
      moves.push_back({.at = scenario.window.from + kSlot * static_cast<Duration::rep>(slot),
                       .to = scenario.nodes[zone].zone});
    }
  }
  return moves;
}

Result<SimulatedRun> run_of(const Scenario& scenario, const std::vector<PlannedMove>& moves,
                            const energy::SeriesByZone& series) {
  SimulatedRun run{.placement = placement_of(*zone_of(scenario, *scenario.workload.node), moves,
                                             scenario.window, scenario.loop.budget.move_cost),
                   .emissions = {}};
  return energy::emissions(run.placement, scenario.workload.power, series)
      .transform([&](energy::PlacementEmissions emitted) {
        run.emissions = emitted;
        return std::move(run);
      });
}

Result<> check_start(const Scenario& scenario) {
  if (!scenario.workload.node || zone_of(scenario, *scenario.workload.node) == nullptr) {
    return invalid(std::format("workload {} is on no node of the scenario", scenario.workload.id));
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<SeriesForecasts>> SeriesForecasts::make(const energy::SeriesByZone& series,
                                                               std::string_view forecaster) {
  if (forecaster == kPerfect) {
    return std::unique_ptr<SeriesForecasts>(new SeriesForecasts(series, nullptr));
  }
  return carbon::make_forecaster(forecaster)
      .transform([&](std::unique_ptr<carbon::Forecaster> model) {
        return std::unique_ptr<SeriesForecasts>(new SeriesForecasts(series, std::move(model)));
      });
}

Result<control::Forecasts> SeriesForecasts::issue(const control::ForecastRequest& request) {
  control::Forecasts forecasts;
  const auto issued = std::chrono::floor<std::chrono::hours>(request.now);
  const auto leads = static_cast<std::size_t>(request.horizon / kSlot);
  for (const auto& zone : request.zones) {
    auto known = issued_.find({zone, issued});
    if (known == issued_.end() || (known->second && known->second->mean.size() < leads)) {
      known = issued_.insert_or_assign({zone, issued}, predict(zone, issued, leads)).first;
    }
    if (known->second) {
      forecasts.zones.emplace(zone, *known->second);
    } else {
      forecasts.missing.emplace(zone, known->second.error().what);
    }
  }
  return forecasts;
}

Result<carbon::Forecast> SeriesForecasts::predict(const ZoneId& zone, Instant issued,
                                                  std::size_t leads) const {
  const auto series = series_.find(zone);
  if (series == series_.end()) {
    return not_found(std::format("there is no data of zone {}", zone));
  }
  if (!model_) {
    return carbon::perfect_forecast(series->second, issued, leads);
  }
  return carbon::slice(series->second, issued - kHistory, issued)
      .and_then([&](const carbon::Series& recent) {
        return carbon::issue_forecast(*model_, recent, issued, leads);
      });
}

energy::Placement placement_of(const ZoneId& first, const std::vector<PlannedMove>& moves,
                               energy::Window window, const policy::MoveCost& cost) {
  energy::Placement placement;
  auto zone = first;
  auto since = window.from;
  for (const auto& move : moves) {
    placement.stretches.push_back({.zone = zone, .window = {.from = since, .to = move.at}});
    placement.moves.push_back({.from = zone,
                               .to = move.to,
                               .at = move.at,
                               .duration = cost.duration,
                               .energy = cost.energy});
    zone = move.to;
    since = move.at;
  }
  placement.stretches.push_back({.zone = zone, .window = {.from = since, .to = window.to}});
  return placement;
}

Result<SimulatedRun> best_in_hindsight(const Scenario& scenario,
                                       const energy::SeriesByZone& series) {
  return check_start(scenario)
      .and_then([&] { return problem_of(scenario, series); })
      .and_then([&](const policy::Problem& problem) {
        return policy::plan_schedule(problem).and_then([&](const policy::Schedule& schedule) {
          return run_of(scenario, moves_of(scenario, schedule, *problem.start), series);
        });
      });
}

Result<SimulatedRun> simulate(const Scenario& scenario, std::string_view policy,
                              control::ForecastSource& forecasts,
                              const energy::SeriesByZone& series) {
  return check_start(scenario)
      .and_then([&] { return policy::make_policy(policy); })
      .and_then([&](const std::unique_ptr<policy::Policy>& made) {
        return run_of(scenario, run_loop(scenario, *made, forecasts), series);
      });
}

}  // namespace drover::cli
