#include "carbon/synthetic_zones.h"

#include <algorithm>
#include <format>

#include "base/text.h"
#include "carbon/synthetic.h"

namespace drover::carbon {
namespace {

// Fitted to the direct intensities of 2021 to 2023 (least squares for the waves, autocorrelation at
// 1 to 96 h for the noise); lifecycle from a linear fit of the same hours. Statistics only: no hour
// of the real data can be read off.
constexpr SyntheticZone kZones[] = {
    {.name = "US-NE-ISNE",
     .mean = 194.3,
     .year = {16.0, 240},
     .half_year = {14.6, 18},
     .saturday = -8.4,
     .sunday = -13.1,
     .day = {14.8, 20.1},
     .half_day = {9.0, 0.1},
     .third_day = {1.7, 2.1},
     .summer_gain = -0.02,
     .noise = {.deviation = 32.6,
               .slow_share = 0.82,
               .slow_memory = 0.993,
               .fast_memory = 0.75,
               .smoothing = 0.5},
     .lowest = 85,
     .highest = 349,
     .coupling = {"g-ne", 0.54},
     .lifecycle = {35.0, 1.231}},
    {.name = "US-TEN-TVA",
     .mean = 301.6,
     .year = {34.1, 180},
     .half_year = {20.2, 13},
     .saturday = -4.3,
     .sunday = -8.6,
     .day = {4.2, 7.3},
     .half_day = {3.2, 2.4},
     .third_day = {1.1, 3.6},
     .summer_gain = 0.9,
     .noise = {.deviation = 37.9,
               .slow_share = 0.88,
               .slow_memory = 0.994,
               .fast_memory = 0.7,
               .smoothing = 0.3},
     .lowest = 148,
     .highest = 440,
     .coupling = {"g-se", 0.47},
     .lifecycle = {27.4, 1.095}},
    {.name = "US-CENT-SWPP",
     .mean = 413.3,
     .year = {65.1, 223},
     .half_year = {66.6, 22},
     .saturday = 2.1,
     .sunday = -9.0,
     .day = {44.1, 19.3},
     .half_day = {8.0, 2.0},
     .third_day = {5.0, 8.0},
     .summer_gain = 0.17,
     .noise = {.deviation = 118.4,
               .slow_share = 0.36,
               .slow_memory = 0.985,
               .fast_memory = 0.92,
               .smoothing = 0.6},
     .lowest = 132,
     .highest = 699,
     .coupling = {},
     .lifecycle = {12.2, 1.071}},
    {.name = "US-CENT-SPA",
     .mean = 120.4,
     .year = {132.5, 301},
     .half_year = {14.8, 101},
     .saturday = 6.7,
     .sunday = 17.7,
     .day = {36.4, 7.2},
     .half_day = {28.0, 6.3},
     .third_day = {13.1, 2.4},
     .summer_gain = -0.63,
     .noise = {.deviation = 196.0,
               .slow_share = 0.6,
               .slow_memory = 0.998,
               .fast_memory = 0.9,
               .smoothing = 0.6},
     .lowest = 0,
     .highest = 622,
     .coupling = {},
     .lifecycle = {25.1, 1.128, 24.0}},
    {.name = "US-CAL-CISO",
     .mean = 196.9,
     .year = {41.8, 311},
     .half_year = {10.1, 37},
     .saturday = -7.7,
     .sunday = -13.0,
     .day = {58.4, 7.4},
     .half_day = {17.9, 1.4},
     .third_day = {6.2, 3.6},
     .summer_gain = -0.07,
     .noise = {.deviation = 33.0,
               .slow_share = 0.54,
               .slow_memory = 0.998,
               .fast_memory = 0.7,
               .smoothing = 0.3},
     .lowest = 58,
     .highest = 336,
     .coupling = {},
     .lifecycle = {28.1, 1.199}},
    {.name = "US-CAR-DUK",
     .mean = 240.4,
     .year = {19.1, 241},
     .half_year = {18.3, 17},
     .saturday = -10.4,
     .sunday = -15.4,
     .day = {10.3, 22.6},
     .half_day = {6.1, 0.3},
     .third_day = {2.8, 2.3},
     .summer_gain = 0.75,
     .noise = {.deviation = 39.8,
               .slow_share = 0.74,
               .slow_memory = 0.994,
               .fast_memory = 0.7,
               .smoothing = 0.4},
     .lowest = 111,
     .highest = 393,
     .coupling = {"g-se", 0.47},
     .lifecycle = {23.6, 1.114}},
    {.name = "US-NY-NYIS",
     .mean = 207.0,
     .year = {17.8, 234},
     .half_year = {18.5, 26},
     .saturday = -10.2,
     .sunday = -11.6,
     .day = {10.4, 20.4},
     .half_day = {5.7, 0.3},
     .third_day = {0.3, 5.9},
     .summer_gain = 0.21,
     .noise = {.deviation = 21.9,
               .slow_share = 0.82,
               .slow_memory = 0.993,
               .fast_memory = 0.7,
               .smoothing = 0.5},
     .lowest = 124,
     .highest = 293,
     .coupling = {"g-ne", 0.54},
     .lifecycle = {16.7, 1.239}},
    {.name = "GB",
     .mean = 145.6,
     .year = {4.4, 202},
     .half_year = {4.8, 37},
     .saturday = -19.5,
     .sunday = -25.9,
     .day = {14.5, 22.4},
     .half_day = {15.6, 6.9},
     .third_day = {0.6, 3.8},
     .summer_gain = 0.55,
     .noise = {.deviation = 58.5,
               .slow_share = 0.72,
               .slow_memory = 0.99,
               .fast_memory = 0.75,
               .smoothing = 0.65},
     .lowest = 23,
     .highest = 283,
     .coupling = {"g-eu", 0.60},
     .lifecycle = {62.8, 1}},
    {.name = "FR",
     .mean = 39.7,
     .year = {12.9, 2},
     .half_year = {2.9, 26},
     .saturday = -7.5,
     .sunday = -10.2,
     .day = {2.7, 22.1},
     .half_day = {3.9, 7.1},
     .third_day = {0.3, 7.1},
     .summer_gain = 0.21,
     .noise = {.deviation = 26.1,
               .slow_share = 0.9,
               .slow_memory = 0.998,
               .fast_memory = 0.83,
               .smoothing = 0.3},
     .lowest = 3,
     .highest = 132,
     .coupling = {"g-eu", 0.60},
     .lifecycle = {20.3, 1}},
    {.name = "DE",
     .mean = 362.4,
     .year = {39.5, 338},
     .half_year = {5.3, 42},
     .saturday = -42.9,
     .sunday = -53.5,
     .day = {48.7, 22.6},
     .half_day = {21.9, 5.4},
     .third_day = {1.6, 2.6},
     .summer_gain = 0.9,
     .noise = {.deviation = 119.1,
               .slow_share = 0.76,
               .slow_memory = 0.992,
               .fast_memory = 0.93,
               .smoothing = 0.4},
     .lowest = 92,
     .highest = 659,
     .coupling = {"g-eu", 0.60},
     .lifecycle = {62.3, 1}},
};

struct ZoneSet {
  std::string_view name;
  bool (*contains)(std::string_view zone);
};

bool is_american(std::string_view zone) { return zone.starts_with("US-"); }

constexpr ZoneSet kSets[] = {
    {.name = "us7", .contains = is_american},
    {.name = "us6",
     .contains = [](std::string_view zone) { return is_american(zone) && zone != "US-CENT-SPA"; }},
    {.name = "eu3", .contains = [](std::string_view zone) { return !is_american(zone); }},
    {.name = "all10", .contains = [](std::string_view) { return true; }},
};

}  // namespace

std::span<const SyntheticZone> synthetic_zone_table() { return kZones; }

bool is_synthetic(const ZoneId& zone) { return zone.str().starts_with(kSyntheticPrefix); }

Result<std::vector<ZoneId>> synthetic_zone_set(std::string_view name) {
  std::vector<std::string_view> names;
  for (const auto& set : kSets) {
    names.push_back(set.name);
    if (set.name != name) {
      continue;
    }
    std::vector<ZoneId> zones;
    for (const auto& zone : kZones) {
      if (set.contains(zone.name)) {
        zones.emplace_back(std::format("{}{}", kSyntheticPrefix, zone.name));
      }
    }
    return zones;
  }
  return not_found(
      std::format("unknown set of synthetic zones '{}'{}", name, suggest(name, names)));
}

std::vector<ZoneId> synthetic_zones() { return *synthetic_zone_set("all10"); }

}  // namespace drover::carbon
