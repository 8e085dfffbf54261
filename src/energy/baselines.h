// What every saving is stated against: the same constant power over the same window, placed
// otherwise.
//
//   stay(z)    = P * sum_h CI_z(h)                    one zone throughout
//   best fixed = min_z stay(z)                        the best single zone, chosen in hindsight
//   optimum    = P * sum_h min_z CI_z(h)              perfect knowledge, free moves: no policy can
//   be below it efficiency = optimum / cost                       as in KubeFlex (Farokhi, Souza),
//   Table I; 1 is best
//
// All are blind to the cost of moves. A window with an unknown hour in any zone is an error, so
// that all are measured on the same hours.
#pragma once

#include "energy/emissions.h"

namespace drover::energy {

struct Baselines {
  std::map<ZoneId, Carbon> stay;
  ZoneId best_fixed_zone;  // ties: the first id
  Carbon best_fixed;
  Carbon optimum;
  std::size_t optimum_moves = 0;  // how often its cleanest zone changes
};

Result<Baselines> baselines(const SeriesByZone& series, Power power, Window window);

// In 0..1. Both zero: 1, as nothing could be saved; only the optimum zero: 0. kInternal when the
// cost is below the optimum by more than rounding, since then one of the two was computed wrongly.
Result<double> efficiency(Carbon optimum, Carbon cost);

}  // namespace drover::energy
