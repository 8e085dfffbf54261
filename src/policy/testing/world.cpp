#include "policy/testing/world.h"

namespace drover::policy::testing {

World::World() { snapshot.at = kStart; }

World& World::node(const NodeSpec& spec) {
  cluster::Node node;
  node.id = NodeId{spec.id};
  node.zone = ZoneId{spec.zone};
  node.capacity = {.cpu_cores = spec.cpu_cores, .memory = Bytes::mebibytes(4096)};
  node.ready = spec.ready;
  snapshot.nodes.push_back(std::move(node));
  return *this;
}

World& World::workload(const WorkloadSpec& spec) {
  cluster::Workload workload;
  workload.id = WorkloadId{spec.id};
  workload.phase = spec.phase;
  workload.node = NodeId{spec.node};
  workload.requests = {.cpu_cores = spec.cpu_cores, .memory = Bytes::mebibytes(64)};
  workload.power = Power::watts(1000);
  workload.movable = spec.movable;
  budgets[workload.id] = {
      .moves_left = 3, .horizon = 24, .move_cost = {.duration = Duration{}, .energy = Energy{}}};
  snapshot.workloads.push_back(std::move(workload));
  return *this;
}

World& World::forecast(const std::string& zone, const std::vector<double>& intensities) {
  carbon::Forecast forecast;
  forecast.zone = ZoneId{zone};
  forecast.issued = kStart;
  forecast.model = "test";
  for (const auto value : intensities) {
    forecast.mean.push_back(Intensity::grams_per_kwh(value));
  }
  forecasts[forecast.zone] = std::move(forecast);
  return *this;
}

Inputs World::inputs() const {
  return {.snapshot = snapshot, .forecasts = forecasts, .budgets = budgets};
}

}  // namespace drover::policy::testing
