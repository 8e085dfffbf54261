#include "energy/baselines.h"

#include <algorithm>
#include <format>

namespace drover::energy {
namespace {

// Room for the rounding of two sums over the same hours in different order.
constexpr double kRounding = 1e-9;

struct Cleanest {
  ZoneId zone;
  Slot slot;  // its intensity, and until when no zone changes its value
};

// Of equally clean zones the one that is passed, else the first.
Result<Cleanest> cleanest_at(const SeriesByZone& series, Instant instant, const ZoneId& stay) {
  Cleanest best = {.zone = {}, .slot = {.intensity = {}, .end = Instant::max()}};
  for (const auto& [zone, one] : series) {
    const auto slot = slot_at(one, instant);
    if (!slot) {
      return std::unexpected(slot.error());
    }
    best.slot.end = std::min(best.slot.end, slot->end);
    if (best.zone.empty() || slot->intensity < best.slot.intensity ||
        (zone == stay && slot->intensity == best.slot.intensity)) {
      best.zone = zone;
      best.slot.intensity = slot->intensity;
    }
  }
  return best;
}

struct Optimum {
  Carbon carbon;
  std::size_t moves = 0;
};

Result<Optimum> optimum(const SeriesByZone& series, Power power, Window window) {
  Optimum sum;
  ZoneId at;
  for (Instant now = window.from; now < window.to;) {
    const auto best = cleanest_at(series, now, at);
    if (!best) {
      return std::unexpected(best.error());
    }
    sum.moves += at.empty() || best->zone == at ? 0 : 1;
    at = best->zone;
    const Instant until = std::min(best->slot.end, window.to);
    sum.carbon += power * (until - now) * best->slot.intensity;
    now = until;
  }
  return sum;
}

}  // namespace

Result<Baselines> baselines(const SeriesByZone& series, Power power, Window window) {
  if (series.empty()) {
    return invalid("baselines need the carbon intensity of at least one zone");
  }
  if (auto checked = check_same_quantity(series); !checked) {
    return std::unexpected(checked.error());
  }
  Baselines result;
  for (const auto& [zone, one] : series) {
    const auto stay = emissions(one, power, window);
    if (!stay) {
      return std::unexpected(stay.error());
    }
    result.stay.emplace(zone, *stay);
    if (result.best_fixed_zone.empty() || *stay < result.best_fixed) {
      result.best_fixed_zone = zone;
      result.best_fixed = *stay;
    }
  }
  return optimum(series, power, window).transform([&](const Optimum& best) {
    result.optimum = best.carbon;
    result.optimum_moves = best.moves;
    return result;
  });
}

Result<double> efficiency(Carbon optimum, Carbon cost) {
  if (cost.grams() < optimum.grams() * (1 - kRounding)) {
    return internal(std::format(
        "{} is less than the optimum of {}: one of the two was computed wrongly", cost, optimum));
  }
  if (cost <= Carbon{}) {
    return 1.0;
  }
  return std::min(1.0, optimum / cost);
}

}  // namespace drover::energy
