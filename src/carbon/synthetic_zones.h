// The parameters of the synthetic grid, one record per zone; the equations are in synthetic.cpp.
#pragma once

#include <span>
#include <string_view>

namespace drover::carbon {

// amplitude * cos(2 pi (t - peak) / period); t and peak in the unit of the period.
struct Wave {
  double amplitude = 0;  // g/kWh
  double peak = 0;       // day of year, or UTC hour of day
};

// The random part has a slow and a fast component, each an AR(1) innovation smoothed by one more
// pole.
struct Noise {
  double deviation = 0;   // g/kWh
  double slow_share = 0;  // of the variance
  double slow_memory = 0;
  double fast_memory = 0;
  double smoothing = 0;
};

// Zones of a group share a part of their noise, as neighbours share weather.
struct Coupling {
  std::string_view group;  // empty: none
  double correlation = 0;
};

// lifecycle = base + factor * direct, in g/kWh; `at_zero` replaces it where direct is exactly 0
// (hydro only).
struct Lifecycle {
  double base = 0;
  double factor = 1;
  double at_zero = -1;  // negative: no special value
};

struct SyntheticZone {
  std::string_view name;  // without the prefix
  double mean = 0;        // all intensities in g/kWh
  Wave year;
  Wave half_year;
  double saturday = 0;
  double sunday = 0;
  Wave day;
  Wave half_day;
  Wave third_day;
  double summer_gain = 0;  // how much the daily wave grows in summer, as a share
  Noise noise;
  double lowest = 0;
  double highest = 0;
  Coupling coupling;
  Lifecycle lifecycle;
};

std::span<const SyntheticZone> synthetic_zone_table();

}  // namespace drover::carbon
