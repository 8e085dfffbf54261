// Which window the demo shows when nobody says: a typical one of those that show what it is about.
//
// All windows of the wanted length that begin at midnight UTC in the last year of the data, at most
// kMaxWindows of them, are simulated with the policy, with `immediate` (which sees the last known
// hour) and with `stay`. Of those in which the policy makes enough moves and emits no more than
// either, the one with the median saving against `immediate` is taken: neither the luckiest, nor
// one that shows nothing. How many of all windows those are is reported beside the result.
#pragma once

#include <optional>
#include <string>

#include "cli/demo_report.h"
#include "cli/demo_simulation.h"

namespace drover::cli {

struct WindowWish {
  int hours = 48;
  std::string policy = "forecast";
  std::string forecaster = "seasonal-naive-24h";
  std::size_t moves = 3;  // at least
};

struct WindowChoice {
  Instant start;
  WindowStudy study;
};

// Where the workload begins: the node whose zone was the cleanest in the last known hour before
// `start`, so that no policy wins by having been placed badly first. Ties: the first node.
NodeId first_node(const std::vector<cluster::Node>& nodes, const energy::SeriesByZone& series,
                  Instant start);

// `scenario` gives nodes, workload and loop. kNotFound when the data has no complete window of that
// length.
Result<WindowChoice> choose_window(const Scenario& scenario, const energy::SeriesByZone& series,
                                   const WindowWish& wish);

}  // namespace drover::cli
