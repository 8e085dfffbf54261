#include "control/digest.h"

#include <cstdint>
#include <format>
#include <string_view>

namespace drover::control {
namespace {

// Fields are hashed as text with a separator, so that ("ab", "c") and ("a", "bc") differ.
class Hasher {
 public:
  template <class... Fields>
  void add(const Fields&... fields) {
    (add_text(std::format("{}\x1f", fields)), ...);
  }
  [[nodiscard]] std::string hex() const { return std::format("{:016x}", hash_); }

 private:
  void add_text(std::string_view text) {
    for (const char byte : text) {
      hash_ = (hash_ ^ static_cast<unsigned char>(byte)) * kPrime;
    }
  }
  static constexpr std::uint64_t kPrime = 0x100000001b3;
  std::uint64_t hash_ = 0xcbf29ce484222325;
};

std::int64_t millis(Instant instant) { return instant.time_since_epoch().count(); }

void add(Hasher& hasher, const cluster::Node& node) {
  hasher.add(node.id, node.zone, node.capacity.cpu_cores, node.capacity.memory.count(),
             node.idle_power.watts(), node.peak_power.watts(), node.uplink.bits_per_second(),
             node.ready);
}

void add(Hasher& hasher, const cluster::Workload& workload) {
  hasher.add(workload.id, to_string(workload.phase), workload.node.value_or(NodeId{}),
             workload.requests.cpu_cores, workload.requests.memory.count(), workload.power.watts(),
             workload.movable, workload.labels.size());
  for (const auto& [key, value] : workload.labels) {
    hasher.add(key, value);
  }
}

void add(Hasher& hasher, const carbon::Forecast& forecast) {
  hasher.add(forecast.zone, millis(forecast.issued), forecast.step.count(), forecast.model,
             forecast.fallback, forecast.mean.size());
  for (const auto intensity : forecast.mean) {
    hasher.add(intensity.grams_per_kwh());
  }
}

}  // namespace

std::string digest_of(const PlanInputs& inputs) {
  Hasher hasher;
  hasher.add(millis(inputs.snapshot.at), inputs.snapshot.nodes.size(),
             inputs.snapshot.workloads.size());
  for (const auto& node : inputs.snapshot.nodes) {
    add(hasher, node);
  }
  for (const auto& workload : inputs.snapshot.workloads) {
    add(hasher, workload);
  }
  for (const auto& [zone, forecast] : inputs.forecasts) {
    add(hasher, forecast);
  }
  for (const auto& [workload, budget] : inputs.budgets) {
    hasher.add(workload, budget.moves_left, budget.horizon, budget.move_cost.duration.count(),
               budget.move_cost.energy.joules(), budget.move_cost.at_source,
               budget.move_cost.at_destination, budget.move_cost.downtime.count());
  }
  return hasher.hex();
}

}  // namespace drover::control
