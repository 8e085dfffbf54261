// The nouns of a cluster as every layer above sees them. Passive data; a backend fills it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "base/units.h"

namespace drover::cluster {

struct Resources {
  double cpu_cores = 0;
  Bytes memory;
};

struct Node {
  NodeId id;
  ZoneId zone;
  Resources capacity;
  Power idle_power;  // at the wall with no load
  Power peak_power;  // at the wall with every core busy
  Bandwidth uplink;  // zero means: not limited
  bool ready = false;
};

enum class WorkloadPhase { kPending, kRunning, kMigrating, kSucceeded, kFailed, kUnknown };
std::string_view to_string(WorkloadPhase phase);
Result<WorkloadPhase> parse_workload_phase(std::string_view text);

// One pod.
struct Workload {
  WorkloadId id;
  WorkloadPhase phase = WorkloadPhase::kUnknown;
  std::optional<NodeId> node;  // absent: not placed yet
  std::string address;         // pod IP, kept for the pod's whole life; empty: not placed yet
  Resources requests;          // sum over its containers
  Power power;                 // assumed draw while it runs, the same on every node
  bool movable = true;         // false: opted out by label drover.dev/migrate=never
  std::map<std::string, std::string> labels;
};

}  // namespace drover::cluster
