// Emissions of electrical energy: the one place where watts and grams per kilowatt-hour meet.
//
//   E = sum over slots of P * dt * CI(slot)         P constant, CI a step function, dt the overlap
//   in milliseconds
//
// Exact for piecewise-constant series: a slot that is covered in part counts in part. An unknown
// hour in the window is an error that names it (kNotFound), never zero. Location-based method of
// the GHG Protocol scope 2 guidance.
#pragma once

#include <map>
#include <vector>

#include "base/units.h"
#include "carbon/series.h"

namespace drover::energy {

struct Window {
  Instant from;
  Instant to;
};

// One zone each; all of one kind and scope.
using SeriesByZone = std::map<ZoneId, carbon::Series>;

// kConflict when the series are not all of one kind and scope.
Result<> check_same_quantity(const SeriesByZone& series);

Result<const carbon::Series*> find_series(const SeriesByZone& series, const ZoneId& zone);

// The value that holds at an instant, and until when.
struct Slot {
  Intensity intensity;
  Instant end;
};
Result<Slot> slot_at(const carbon::Series& series, Instant instant);

Result<Carbon> emissions(const carbon::Series& series, Power power, Window window);

// Where a workload ran: stretches in order of time that do not overlap. Between two stretches it
// did not run.
struct Stretch {
  ZoneId zone;
  Window window;
};

// What a migration adds to the running that the timeline counts: for `duration` from `at` on, both
// ends draw the workload's power once more, and `energy` (dump, network, restore) is drawn evenly
// over it, half in each zone. The planner prices moves the same way, so that replaying a plan here
// gives the planner's own total.
struct Move {
  ZoneId from;
  ZoneId to;
  Instant at;
  Duration duration{0};
  Energy energy;
};

struct Placement {
  std::vector<Stretch> stretches;
  std::vector<Move> moves;
};

struct PlacementEmissions {
  Carbon running;
  Carbon moving;
  [[nodiscard]] Carbon total() const { return running + moving; }
};

Result<Carbon> move_emissions(const Move& move, Power power, const SeriesByZone& series);
Result<PlacementEmissions> emissions(const Placement& placement, Power power,
                                     const SeriesByZone& series);

}  // namespace drover::energy
