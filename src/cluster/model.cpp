#include "cluster/model.h"

#include <array>
#include <format>

#include "base/text.h"

namespace drover::cluster {
namespace {

struct PhaseName {
  WorkloadPhase phase;
  std::string_view name;
};

constexpr std::array kPhaseNames = {
    PhaseName{WorkloadPhase::kPending, "Pending"},
    PhaseName{WorkloadPhase::kRunning, "Running"},
    PhaseName{WorkloadPhase::kMigrating, "Migrating"},
    PhaseName{WorkloadPhase::kSucceeded, "Succeeded"},
    PhaseName{WorkloadPhase::kFailed, "Failed"},
    PhaseName{WorkloadPhase::kUnknown, "Unknown"},
};

}  // namespace

std::string_view to_string(WorkloadPhase phase) {
  for (const auto& entry : kPhaseNames) {
    if (entry.phase == phase) {
      return entry.name;
    }
  }
  return "Unknown";
}

Result<WorkloadPhase> parse_workload_phase(std::string_view text) {
  for (const auto& entry : kPhaseNames) {
    if (entry.name == text) {
      return entry.phase;
    }
  }
  return invalid(std::format("'{}' is not a workload phase", text));
}

}  // namespace drover::cluster
