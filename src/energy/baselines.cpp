#include "energy/baselines.h"

#include <algorithm>
#include <format>

namespace drover::energy {
namespace {

// Room for the rounding of two sums over the same hours in different order.
constexpr double kRounding = 1e-9;

// The cleanest zone's intensity at an instant, and until when no zone changes its value.
Result<Slot> cleanest_at(const SeriesByZone& series, Instant instant) {
  Slot best = {.intensity = {}, .end = Instant::min()};
  for (const auto& [zone, one] : series) {
    const auto slot = slot_at(one, instant);
    if (!slot) {
      return slot;
    }
    const bool first = best.end == Instant::min();
    best.intensity = first ? slot->intensity : std::min(best.intensity, slot->intensity);
    best.end = first ? slot->end : std::min(best.end, slot->end);
  }
  return best;
}

Result<Carbon> optimum(const SeriesByZone& series, Power power, Window window) {
  Carbon sum;
  for (Instant now = window.from; now < window.to;) {
    const auto slot = cleanest_at(series, now);
    if (!slot) {
      return std::unexpected(slot.error());
    }
    const Instant until = std::min(slot->end, window.to);
    sum += power * (until - now) * slot->intensity;
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
  return optimum(series, power, window).transform([&](Carbon grams) {
    result.optimum = grams;
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
