// The synthetic grid: hourly carbon intensity that imitates the statistics of ten real zones, and
// no real hour of them. For installations without data, and for tests. Equations, parameters and
// limits: docs/models/synthetic-grid.md.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "carbon/series.h"

namespace drover::carbon {

inline constexpr std::string_view kSyntheticSource = "synthetic";
inline constexpr std::string_view kSyntheticPrefix = "SYN-";

inline constexpr Instant kSyntheticBegin{std::chrono::sys_days{std::chrono::year{2020} / 1 / 1}};

// True for every zone id of the synthetic grid: whatever shows its data says "synthetic".
bool is_synthetic(const ZoneId& zone);

// All zones, with the prefix: "SYN-US-NE-ISNE", ...
std::vector<ZoneId> synthetic_zones();

// Named selections: "us7" (default for migration), "us6" (without the zone whose intensity is often
// 0), "eu3", "all10".
Result<std::vector<ZoneId>> synthetic_zone_set(std::string_view name);

struct SyntheticQuery {
  ZoneId zone;
  Instant from;  // whole hours, 2020-01-01 .. 2080-01-01
  Instant to;
  std::uint64_t seed = 1;
  Scope scope = Scope::kDirect;
  double gap_probability = 0;  // per hour, that a run of 1 to 6 unknown hours begins
};

// The same bits on every machine. kNotFound for another zone (with the nearest name), kInvalid for
// other bad arguments.
Result<Series> synthetic_series(const SyntheticQuery& query);
Result<Series> synthetic_series(const ZoneId& zone, Instant from, Instant to, std::uint64_t seed);

// One standard normal of stream `label` (sum of twelve uniforms, integers until the last division).
double synthetic_normal(std::uint64_t seed, std::string_view label, std::uint64_t index);

}  // namespace drover::carbon
