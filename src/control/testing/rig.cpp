#include "control/testing/rig.h"

#include <utility>

#include "policy/registry.h"

namespace drover::control::testing {

Rig::Rig(const policy::testing::World& world, Table table, std::string policy_name)
    : cluster(world.snapshot),
      forecasts(kStart, std::move(table)),
      policy(policy::make_policy(policy_name).value()) {
  config.budget.move_cost = {.duration = Duration{}, .energy = Energy{}};
  config.admit.max_concurrent_moves = 2;
  restart();
}

void Rig::restart() {
  loop = std::make_unique<Loop>(*policy,
                                Ports{.observer = *observer,
                                      .forecasts = forecasts,
                                      .actor = *actor,
                                      .ledger = *ledger,
                                      .wall = wall,
                                      .views = views},
                                config);
}

std::vector<DecisionRecord> Rig::history(HistoryQuery query) {
  query.limit = kAll;
  return memory.history(query).value();
}

policy::testing::World three_zones() {
  policy::testing::World world;
  world.node({.id = "na", .zone = "A"})
      .node({.id = "nb", .zone = "B"})
      .node({.id = "nc", .zone = "C"})
      .workload({.id = "redis", .node = "na"});
  return world;
}

}  // namespace drover::control::testing
