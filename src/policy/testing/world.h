// A small cluster with forecasts, built line by line, for tests of policies and of control.
#pragma once

#include <string>
#include <vector>

#include "policy/policy.h"

namespace drover::policy::testing {

// Times are hours after this.
inline constexpr Instant kStart{std::chrono::sys_days{std::chrono::January / 4 / 2021}};

struct NodeSpec {
  std::string id;
  std::string zone;
  double cpu_cores = 4;
  bool ready = true;
};

struct WorkloadSpec {
  std::string id;
  std::string node;
  double cpu_cores = 1;
  cluster::WorkloadPhase phase = cluster::WorkloadPhase::kRunning;
  bool movable = true;
};

struct World {
  cluster::Snapshot snapshot;
  std::map<ZoneId, carbon::Forecast> forecasts;
  std::map<WorkloadId, Budget> budgets;  // of every workload: k = 3, 24 hours, a free move

  World();
  World& node(const NodeSpec& spec);
  World& workload(const WorkloadSpec& spec);  // 1 kW, so that an hour's grams are the intensity
  World& forecast(const std::string& zone, const std::vector<double>& intensities);
  [[nodiscard]] Inputs inputs() const;
};

}  // namespace drover::policy::testing
