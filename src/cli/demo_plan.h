// What the demo is going to do, worked out before anything is started.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/demo_data.h"
#include "cli/demo_report.h"
#include "cli/demo_simulation.h"

namespace drover::cli {

struct DemoOptions {
  int hours = 48;
  std::vector<ZoneId> zones;     // empty: the usual ones
  std::optional<Instant> start;  // absent: chosen in the last year of the data, demo_window.h
  double speed = 3600;           // simulated seconds per second
  std::string policy = "forecast";
  std::string forecaster = "seasonal-naive-24h";
  std::size_t max_moves = 3;  // in any 24 hours
  double memory_mib = 64;
  std::uint64_t seed = 1;
  std::vector<os::Path> csv;
  bool synthetic = false;  // even where there is real data
  os::Path image;          // root directory with redis-server
  os::Path json;           // empty: no file
  bool keep = false;       // leave the cluster running

  // The claim of a number of migrations is made for what is shown by default only.
  [[nodiscard]] bool usual_show() const {
    return hours >= 48 && zones.empty() && !start && policy == "forecast" && max_moves >= 3 &&
           csv.empty();
  }
};

struct DemoPlan {
  DemoData data;
  Scenario scenario;  // with the window, and the workload on its first node
  std::optional<WindowStudy> study;
};

// kInvalid or kNotFound for bad options, with the way out. Imports the data into the store.
Result<DemoPlan> make_plan(const DemoOptions& options, carbon::Store& store);

// A node's name, from the last part of its zone's: "US-CENT-SPA" -> "spa"; numbered when two would
// be the same.
std::vector<NodeId> node_names(const std::vector<ZoneId>& zones);

// The window, the policy that really ran with the moves that were committed, and every baseline
// beside it.
Result<std::vector<EmissionsRow>> emissions_rows(const DemoPlan& plan, const DemoOptions& options,
                                                 const std::vector<PlannedMove>& committed);

// cluster.yaml for the plan; `store` is the carbon database. Its clock stands one hour before the
// window until it is told to go on.
std::string cluster_yaml(const DemoPlan& plan, const DemoOptions& options, const os::Path& store);
// redis.yaml: the pod, placed on its first node.
std::string redis_yaml(const DemoPlan& plan, const DemoOptions& options);

}  // namespace drover::cli
