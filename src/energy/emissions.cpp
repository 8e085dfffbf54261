#include "energy/emissions.h"

#include <algorithm>
#include <format>

namespace drover::energy {
namespace {

Result<> check_window(Window window) {
  if (window.to < window.from) {
    return invalid(std::format("the window ends at {}, before it begins at {}",
                               format_time(window.to), format_time(window.from)));
  }
  return {};
}

std::unexpected<Error> unknown_hour(const ZoneId& zone, Instant instant) {
  return not_found(
      std::format("the carbon intensity of zone {} is unknown at {}; import that hour, fill the "
                  "gap by a named policy, or choose another window",
                  zone, format_time(instant)));
}

// How long the value at `instant` holds; `instant` lies inside the series.
Instant end_of_slot(const carbon::Series& series, Instant instant) {
  return series.start + ((instant - series.start) / series.step + 1) * series.step;
}

Result<> check_timeline(const std::vector<Stretch>& stretches) {
  for (std::size_t i = 0; i < stretches.size(); ++i) {
    if (auto checked = check_window(stretches[i].window); !checked) {
      return checked;
    }
    if (i > 0 && stretches[i].window.from < stretches[i - 1].window.to) {
      return invalid(std::format(
          "the stretch in zone {} from {} on overlaps the one before it, in zone {} until {}",
          stretches[i].zone, format_time(stretches[i].window.from), stretches[i - 1].zone,
          format_time(stretches[i - 1].window.to)));
    }
  }
  return {};
}

}  // namespace

Result<const carbon::Series*> find_series(const SeriesByZone& series, const ZoneId& zone) {
  const auto found = series.find(zone);
  if (found == series.end()) {
    return not_found(std::format("there is no carbon intensity of zone {}", zone));
  }
  return &found->second;
}

Result<> check_same_quantity(const SeriesByZone& series) {
  for (const auto& [zone, other] : series) {
    if (auto checked = carbon::check_same_quantity(series.begin()->second, other); !checked) {
      return checked;
    }
  }
  return {};
}

Result<Slot> slot_at(const carbon::Series& series, Instant instant) {
  const auto intensity = series.at(instant);
  if (!intensity) {
    return unknown_hour(series.zone, instant);
  }
  return Slot{.intensity = *intensity, .end = end_of_slot(series, instant)};
}

Result<Carbon> emissions(const carbon::Series& series, Power power, Window window) {
  if (auto checked = check_window(window); !checked) {
    return std::unexpected(checked.error());
  }
  Carbon sum;
  for (Instant now = window.from; now < window.to;) {
    const auto slot = slot_at(series, now);
    if (!slot) {
      return std::unexpected(slot.error());
    }
    const Instant until = std::min(slot->end, window.to);
    sum += power * (until - now) * slot->intensity;
    now = until;
  }
  return sum;
}

Result<Carbon> move_emissions(const Move& move, Power power, const SeriesByZone& series) {
  if (move.duration < Duration{0}) {
    return invalid(std::format("the move from zone {} at {} has a negative duration", move.from,
                               format_time(move.at)));
  }
  const auto source = find_series(series, move.from);
  const auto target = find_series(series, move.to);
  if (!source || !target) {
    return std::unexpected(source ? target.error() : source.error());
  }
  if (move.duration == Duration{0}) {
    const auto here = slot_at(**source, move.at);
    const auto there = slot_at(**target, move.at);
    if (!here || !there) {
      return std::unexpected(here ? there.error() : here.error());
    }
    return move.energy * (0.5 * (here->intensity + there->intensity));
  }
  const double seconds = std::chrono::duration<double>(move.duration).count();
  const Power each = Power::watts(move.energy.joules() / seconds / 2);
  const Window window = {.from = move.at, .to = move.at + move.duration};
  const auto here = emissions(**source, power + each, window);
  const auto there = emissions(**target, power + each, window);
  if (!here || !there) {
    return std::unexpected(here ? there.error() : here.error());
  }
  return *here + *there;
}

Result<PlacementEmissions> emissions(const Placement& placement, Power power,
                                     const SeriesByZone& series) {
  const auto checked =
      check_timeline(placement.stretches).and_then([&] { return check_same_quantity(series); });
  if (!checked) {
    return std::unexpected(checked.error());
  }
  PlacementEmissions sum;
  for (const Stretch& stretch : placement.stretches) {
    const auto part = find_series(series, stretch.zone).and_then([&](const carbon::Series* zone) {
      return emissions(*zone, power, stretch.window);
    });
    if (!part) {
      return std::unexpected(part.error());
    }
    sum.running += *part;
  }
  for (const Move& move : placement.moves) {
    const auto part = move_emissions(move, power, series);
    if (!part) {
      return std::unexpected(part.error());
    }
    sum.moving += *part;
  }
  return sum;
}

}  // namespace drover::energy
