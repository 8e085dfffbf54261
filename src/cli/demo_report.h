// What `drover demo` found out: values, the claims that they must meet, and JSON
// (docs/formats/demo.md).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/id.h"
#include "base/time.h"
#include "base/units.h"
#include "cli/load_report.h"

namespace drover::cli {

struct PhaseSpan {
  std::string name;
  double start_s = 0;  // since the migration began
  double end_s = 0;
};

struct DemoMigration {
  MigrationId id;
  NodeId from;
  NodeId to;
  ZoneId from_zone;
  ZoneId to_zone;
  std::optional<Instant>
      hour;  // simulated, of the decision; absent: nobody decided it, it was asked for by hand
  std::string reason;
  std::string outcome;  // "committed", "aborted" or "open"
  std::string error;    // of an aborted one
  Bytes bytes;          // over the network
  Instant begun;        // wall clock
  std::vector<PhaseSpan> phases;
  std::optional<Micros>
      stall;  // the clients' longest silence while it went on; absent: none was noticed
};

// The same constant power over the same window, placed by some policy.
struct EmissionsRow {
  std::string policy;
  Carbon carbon;
  std::size_t moves = 0;
  std::string basis;  // how it was obtained, for people
};

// How often the policy does what the default window shows.
struct WindowStudy {
  std::size_t windows = 0;
  std::size_t no_worse_than_immediate = 0;
  std::size_t no_worse_than_stay = 0;
  std::size_t enough_moves = 0;
  std::size_t all = 0;     // the three at once
  double mean_saving = 0;  // of the policy against immediate: 1 - sum / sum, over all windows
  Instant first;           // start of the first window
  Instant last;
};

struct DemoReport {
  bool real_data = false;
  std::string source;  // of the data, e.g. "electricitymaps" or "synthetic"
  Instant start;
  int hours = 0;
  std::vector<ZoneId> zones;
  double speed = 0;  // simulated seconds per second
  std::string policy;
  std::string forecaster;
  Power power;                            // assumed draw of the workload, the same everywhere
  Duration move_duration;                 // that the model charges a move for, at both ends
  std::size_t wanted_migrations = 0;      // 0: no claim
  std::vector<DemoMigration> migrations;  // oldest first
  LoadReport client;
  std::vector<EmissionsRow> emissions;
  std::optional<WindowStudy> study;
};

struct Claim {
  std::string text;
  bool holds = false;
};

// What the demo promises. It fails when one of them does not hold.
std::vector<Claim> claims_of(const DemoReport& report);

// Nothing when no such row.
std::optional<Carbon> emissions_of(const DemoReport& report, std::string_view policy);

// Longest silence of any client that overlaps [from, to].
std::optional<Micros> longest_stall_in(std::span<const ClientReport> clients, Instant from,
                                       Instant to);

nlohmann::json to_json(const DemoReport& report);

}  // namespace drover::cli
