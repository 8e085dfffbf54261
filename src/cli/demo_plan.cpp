#include "cli/demo_plan.h"

#include <algorithm>
#include <cctype>
#include <format>
#include <map>

#include "cli/demo_window.h"
#include "energy/baselines.h"
#include "policy/registry.h"

namespace drover::cli {
namespace {

constexpr double kPowerWatts = 200;  // of a small server under load; the same on every node
constexpr Duration kMoveDuration = std::chrono::seconds{60};
constexpr std::size_t kHorizonHours = 24;

control::LoopConfig loop_config(const DemoOptions& options) {
  control::LoopConfig config;
  config.budget = {.moves_left = options.max_moves,
                   .horizon = kHorizonHours,
                   .move_cost = {.duration = kMoveDuration, .energy = {}}};
  return config;
}

Scenario make_scenario(const DemoData& data, const DemoOptions& options) {
  Scenario scenario{.nodes = {},
                    .workload = {.id = WorkloadId{"redis"},
                                 .phase = cluster::WorkloadPhase::kRunning,
                                 .node = std::nullopt,
                                 .address = {},
                                 .requests = {},
                                 .power = Power::watts(kPowerWatts)},
                    .window = {},
                    .loop = loop_config(options)};
  const auto names = node_names(data.zones);
  for (std::size_t i = 0; i < names.size(); ++i) {
    scenario.nodes.push_back({.id = names[i],
                              .zone = data.zones[i],
                              .capacity = {.cpu_cores = 4, .memory = Bytes::mebibytes(8192)},
                              .idle_power = {},
                              .peak_power = {},
                              .uplink = {},
                              .ready = true});
  }
  return scenario;
}

Result<Instant> choose_start(const DemoOptions& options, DemoPlan& plan) {
  if (options.start) {
    return std::chrono::floor<std::chrono::hours>(*options.start);
  }
  return choose_window(
             plan.scenario, plan.data.series,
             {.hours = options.hours, .policy = options.policy, .forecaster = options.forecaster})
      .transform([&](const WindowChoice& choice) {
        plan.study = choice.study;
        return choice.start;
      });
}

// Every hour of the window must be known in every zone, else no emissions could be stated.
Result<> check_window(const DemoPlan& plan) {
  return energy::baselines(plan.data.series, plan.scenario.workload.power, plan.scenario.window)
      .transform([](const energy::Baselines&) {})
      .transform_error(
          doing(std::format("the window from {}", format_time(plan.scenario.window.from))));
}

ZoneId first_zone(const Scenario& scenario) {
  return std::ranges::find(scenario.nodes, *scenario.workload.node, &cluster::Node::id)->zone;
}

EmissionsRow row_of(std::string policy, const SimulatedRun& run, std::string basis) {
  return {.policy = std::move(policy),
          .carbon = run.emissions.total(),
          .moves = run.placement.moves.size(),
          .basis = std::move(basis)};
}

Result<EmissionsRow> simulated_row(const DemoPlan& plan, std::string_view policy,
                                   std::string_view forecaster) {
  const auto basis =
      policy == "stay" ? std::format("simulated, never leaves {}", *plan.scenario.workload.node)
      : policy == "immediate"
          ? std::string("simulated, goes where it was cleanest in the last known hour")
          : std::format("simulated, forecaster {}", forecaster);
  return SeriesForecasts::make(plan.data.series, forecaster)
      .and_then([&](const std::unique_ptr<SeriesForecasts>& forecasts) {
        return simulate(plan.scenario, policy, *forecasts, plan.data.series);
      })
      .transform([&](const SimulatedRun& run) { return row_of(std::string(policy), run, basis); });
}

Result<EmissionsRow> hindsight_row(const DemoPlan& plan) {
  return best_in_hindsight(plan.scenario, plan.data.series).transform([](const SimulatedRun& run) {
    return row_of("perfect-knowledge", run,
                  "the best there was, with the same budget and price of moves");
  });
}

Result<EmissionsRow> real_row(const DemoPlan& plan, const DemoOptions& options,
                              const std::vector<PlannedMove>& committed) {
  const auto placement = placement_of(first_zone(plan.scenario), committed, plan.scenario.window,
                                      plan.scenario.loop.budget.move_cost);
  return energy::emissions(placement, plan.scenario.workload.power, plan.data.series)
      .transform([&](const energy::PlacementEmissions& emitted) {
        return row_of(options.policy, {.placement = placement, .emissions = emitted},
                      std::format("as it was placed here, forecaster {}", options.forecaster));
      });
}

void add_bounds(const energy::Baselines& bounds, std::vector<EmissionsRow>& rows) {
  rows.push_back(
      {.policy = "best-fixed",
       .carbon = bounds.best_fixed,
       .moves = 0,
       .basis = std::format("{} throughout, chosen in hindsight", bounds.best_fixed_zone)});
  rows.push_back({.policy = "optimum",
                  .carbon = bounds.optimum,
                  .moves = bounds.optimum_moves,
                  .basis = "the cleanest zone of every hour, moves free: nothing can be below"});
}

}  // namespace

std::vector<NodeId> node_names(const std::vector<ZoneId>& zones) {
  std::vector<NodeId> names;
  std::map<std::string, int> used;
  for (const auto& zone : zones) {
    std::string name;
    for (const char letter : zone.str().substr(zone.str().rfind('-') + 1)) {
      name += static_cast<char>(std::isalnum(static_cast<unsigned char>(letter)) != 0
                                    ? std::tolower(static_cast<unsigned char>(letter))
                                    : 'x');
    }
    name = name.empty() ? "node" : name;
    const auto times = ++used[name];
    names.emplace_back(times == 1 ? name : std::format("{}{}", name, times));
  }
  return names;
}

Result<DemoPlan> make_plan(const DemoOptions& options, carbon::Store& store) {
  if (const auto policy = policy::make_policy(options.policy); !policy) {
    return std::unexpected(policy.error());
  }
  DataWish wish{
      .csv = options.csv, .folder = std::nullopt, .zones = options.zones, .seed = options.seed};
  if (!options.synthetic) {
    wish.folder = find_data_folder();
  }
  auto data = load_demo_data(wish, store);
  if (!data) {
    return std::unexpected(data.error());
  }
  DemoPlan plan{.data = std::move(*data), .scenario = {}, .study = std::nullopt};
  plan.scenario = make_scenario(plan.data, options);
  return choose_start(options, plan).and_then([&](Instant start) {
    plan.scenario.window = {.from = start, .to = start + std::chrono::hours{options.hours}};
    plan.scenario.workload.node = first_node(plan.scenario.nodes, plan.data.series, start);
    return check_window(plan).transform([&] { return std::move(plan); });
  });
}

Result<std::vector<EmissionsRow>> emissions_rows(const DemoPlan& plan, const DemoOptions& options,
                                                 const std::vector<PlannedMove>& committed) {
  std::vector<EmissionsRow> rows;
  const auto add = [&](Result<EmissionsRow> row) {
    return std::move(row).transform([&](EmissionsRow made) { rows.push_back(std::move(made)); });
  };
  auto done = add(real_row(plan, options, committed));
  for (const auto& [policy, forecaster] : {std::pair{"forecast", options.forecaster},
                                           {"immediate", std::string("persistence")},
                                           {"stay", std::string("persistence")}}) {
    if (done && policy != options.policy) {
      done = add(simulated_row(plan, policy, forecaster));
    }
  }
  return done.and_then([&] { return add(hindsight_row(plan)); })
      .and_then([&] {
        return energy::baselines(plan.data.series, plan.scenario.workload.power,
                                 plan.scenario.window);
      })
      .transform([&](const energy::Baselines& bounds) {
        add_bounds(bounds, rows);
        return std::move(rows);
      });
}

std::string cluster_yaml(const DemoPlan& plan, const DemoOptions& options, const os::Path& store) {
  auto text = std::string("name: demo\ncontroller:\n  listen: 127.0.0.1:0\nnodes:\n");
  for (const auto& node : plan.scenario.nodes) {
    text += std::format("  - {{name: {}, zone: {}, cpu: {:g}, memory: {:.0f}Mi}}\n", node.id,
                        node.zone, node.capacity.cpu_cores, node.capacity.memory.mebibytes());
  }
  const auto start = plan.scenario.window.from - std::chrono::hours{1};
  return text + std::format(
                    "clock:\n  mode: simulated\n  start: {}\n"
                    "policy:\n  name: {}\n  forecaster: {}\n  maxMoves: {}\n  horizonHours: {}\n  "
                    "moveDuration: {}s\n"
                    "carbon:\n  store: {}\n",
                    format_time(start), options.policy, options.forecaster, options.max_moves,
                    kHorizonHours,
                    std::chrono::duration_cast<std::chrono::seconds>(kMoveDuration).count(),
                    store.string());
}

std::string redis_yaml(const DemoPlan& plan, const DemoOptions& options) {
  return std::format(
      "apiVersion: v1\nkind: Pod\nmetadata:\n  name: redis\n  annotations:\n    "
      "drover.dev/power-watts: \"{:.0f}\"\nspec:\n"
      "  nodeName: {}\n  containers:\n    - name: redis\n      image: dir:{}\n"
      "      command: [redis-server, --bind, 0.0.0.0, --protected-mode, \"no\", --save, \"\", "
      "--appendonly, \"no\"]\n"
      "      ports:\n        - containerPort: 6379\n",
      plan.scenario.workload.power.watts(), *plan.scenario.workload.node, options.image.string());
}

}  // namespace drover::cli
