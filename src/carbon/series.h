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

// What a number of gCO2eq/kWh is about. Two series are comparable only when all four agree.
enum class Kind {
  kAverage,   // emissions of the whole mix by its energy
  kMarginal,  // change of emissions by one more kWh
};
enum class Scope {
  kDirect,     // from the stack: 0 for wind, sun, water and nuclear
  kLifecycle,  // with building, fuel chain and end of life
};
enum class Basis {
  kUnstated,     // the source does not say
  kConsumption,  // imports are traced to where they were generated
  kProduction,   // generation inside of the zone
};
// Which of a zone's values a series holds. Providers estimate what is not yet measured.
enum class Reported {
  kAll,        // both, marked one by one: what a provider publishes
  kMeasured,   // measured ones; an hour that is only estimated is a gap
  kEstimated,  // estimated ones; a measured hour is a gap
};
std::string_view to_string(Kind kind);
std::string_view to_string(Scope scope);
std::string_view to_string(Basis basis);
std::string_view to_string(Reported reported);
Result<Kind> parse_kind(std::string_view text);
Result<Scope> parse_scope(std::string_view text);
Result<Basis> parse_basis(std::string_view text);
Result<Reported> parse_reported(std::string_view text);

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
  Basis basis = Basis::kUnstated;
  Reported reported = Reported::kAll;
  std::string source;             // e.g. "electricitymaps", "synthetic"
  std::vector<bool> estimated;    // as long as values, or empty: none is
  std::optional<Instant> issued;  // when these values became known; absent: each at its step's end

  [[nodiscard]] Instant end() const {
    return start + step * static_cast<Duration::rep>(values.size());
  }
  [[nodiscard]] Instant time_of(std::size_t slot) const {
    return start + step * static_cast<Duration::rep>(slot);
  }
  // The value that holds at `instant`; nullopt outside the series or in a gap.
  [[nodiscard]] std::optional<Intensity> at(Instant instant) const;
  // All that is said about the values, and none of them.
  [[nodiscard]] Series without_values() const;
  [[nodiscard]] bool is_estimated(std::size_t slot) const {
    return !estimated.empty() && estimated[slot];
  }
};

// "direct average", "lifecycle marginal, production-based, measured only": for messages and titles.
std::string describe_quantity(const Series& series);

// kConflict unless both describe the same quantity (kind, scope, basis and what is reported):
// different ones are never mixed.
Result<> check_same_quantity(const Series& a, const Series& b);

// The part of the series in [from, to), with gaps where it has no data. from and to must lie on
// steps.
Result<Series> slice(const Series& series, Instant from, Instant to);

// The values of one class alone, the others as gaps. kConflict when the series is of the other
// class already.
Result<Series> only(const Series& series, Reported reported);

}  // namespace drover::carbon
