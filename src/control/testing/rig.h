// A loop with everything around it faked: the cluster, the forecasts, the ledger, the clocks.
#pragma once

#include <memory>
#include <string>

#include "control/loop.h"
#include "control/testing/fake_cluster.h"
#include "control/testing/memory_ledger.h"
#include "control/testing/table_forecasts.h"
#include "policy/testing/world.h"

namespace drover::control::testing {

inline constexpr Instant kStart = policy::testing::kStart;

inline Instant hour(int hours) { return kStart + std::chrono::hours{hours}; }

using Table = std::map<ZoneId, std::vector<double>>;

struct Rig {
  Rig(const policy::testing::World& world, Table table, std::string policy_name = "forecast");

  // A fresh loop on the same world, as after a restart of the process.
  void restart();
  TickReport tick(int hours) { return loop->tick(hour(hours)); }
  TickReport settle(int hours, int minutes) {
    return loop->settle_only(hour(hours) + std::chrono::minutes{minutes});
  }
  [[nodiscard]] std::shared_ptr<const View> view() const { return views.read(); }
  std::vector<DecisionRecord> history(HistoryQuery query = {});  // newest first

  FakeCluster cluster;
  TableForecasts forecasts;
  MemoryLedger memory;
  ManualClock wall{kStart + std::chrono::years{4}};
  ViewBoard views;
  LoopConfig config;  // free moves, three a day, two at a time

  // Replace these, then restart(), to put something between the loop and its world.
  Ledger* ledger = &memory;
  Actor* actor = &cluster;
  cluster::Backend* observer = &cluster;

  std::unique_ptr<policy::Policy> policy;
  std::unique_ptr<Loop> loop;
};

// Nodes na, nb, nc in zones A, B, C, four cores each; workload redis on na.
policy::testing::World three_zones();

}  // namespace drover::control::testing
