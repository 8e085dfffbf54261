// Carbon intensity over time for one zone: equal steps, and a gap stays a gap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "base/units.h"

namespace drover::carbon {

enum class Kind { kAverage, kMarginal };
enum class Scope { kDirect, kLifecycle };
std::string_view to_string(Kind kind);
std::string_view to_string(Scope scope);
Result<Kind> parse_kind(std::string_view text);
Result<Scope> parse_scope(std::string_view text);

// No series is longer: half a century of hours, five years of five-minute steps. Keeps a wrong year
// from eating the memory.
inline constexpr std::int64_t kMaxSlots = 600'000;

// values[i] holds over [start + i*step, start + (i+1)*step); nullopt is an unknown hour, never zero
// carbon.
struct Series {
  ZoneId zone;
  Instant start;
  Duration step = std::chrono::hours{1};
  std::vector<std::optional<Intensity>> values;
  Kind kind = Kind::kAverage;
  Scope scope = Scope::kDirect;
  std::string source;  // e.g. "electricitymaps", "synthetic"

  [[nodiscard]] Instant end() const {
    return start + step * static_cast<Duration::rep>(values.size());
  }
  // The value that holds at `instant`; nullopt outside the series or in a gap.
  [[nodiscard]] std::optional<Intensity> at(Instant instant) const;
};

// kConflict unless both describe the same quantity (kind and scope): different ones are never
// mixed.
Result<> check_same_quantity(const Series& a, const Series& b);

// The part of the series in [from, to), with gaps where it has no data. from and to must lie on
// steps.
Result<Series> slice(const Series& series, Instant from, Instant to);

}  // namespace drover::carbon
