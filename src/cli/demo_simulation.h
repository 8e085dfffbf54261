// The demo's policies without containers: the production control loop over a cluster in memory,
// where a move takes no time.
//
// All rows of the demo's emissions table are made of such placements and of the one that really
// happened, with the same data, power and price of a move, so that they can be compared.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "carbon/forecaster.h"
#include "control/forecast_source.h"
#include "control/loop.h"
#include "energy/emissions.h"

namespace drover::cli {

// The name under which forecasts are the future itself.
inline constexpr std::string_view kPerfect = "perfect";

// Forecasts from series in memory; keeps what it has issued, since simulations of many windows ask
// again. One thread.
class SeriesForecasts final : public control::ForecastSource {
 public:
  // kNotFound when there is no such forecaster. The series outlive it.
  static Result<std::unique_ptr<SeriesForecasts>> make(const energy::SeriesByZone& series,
                                                       std::string_view forecaster);
  Result<control::Forecasts> issue(const control::ForecastRequest& request) override;

 private:
  SeriesForecasts(const energy::SeriesByZone& series, std::unique_ptr<carbon::Forecaster> model)
      : series_(series), model_(std::move(model)) {}
  Result<carbon::Forecast> predict(const ZoneId& zone, Instant issued, std::size_t leads) const;

  const energy::SeriesByZone& series_;
  std::unique_ptr<carbon::Forecaster> model_;  // null: perfect
  std::map<std::pair<ZoneId, Instant>, Result<carbon::Forecast>> issued_;
};

struct Scenario {
  std::vector<cluster::Node> nodes;
  cluster::Workload workload;  // placed on one of the nodes
  energy::Window window;
  control::LoopConfig loop;
};

struct SimulatedRun {
  energy::Placement placement;
  energy::PlacementEmissions emissions;
};

// A move at the start of a slot, priced as the policies price it.
struct PlannedMove {
  Instant at;
  ZoneId to;
};

// The placement that begins in `first` and follows the moves, which are in order; each takes effect
// at once.
energy::Placement placement_of(const ZoneId& first, const std::vector<PlannedMove>& moves,
                               energy::Window window, const policy::MoveCost& cost);

// The best placement there is for who knows the window in advance: the exact planner over all of
// it, from the same first node, at the same price of a move, with as many moves as the budget
// allows over the window.
Result<SimulatedRun> best_in_hindsight(const Scenario& scenario,
                                       const energy::SeriesByZone& series);

// Runs the named policy hour by hour through the window.
Result<SimulatedRun> simulate(const Scenario& scenario, std::string_view policy,
                              control::ForecastSource& forecasts,
                              const energy::SeriesByZone& series);

}  // namespace drover::cli
