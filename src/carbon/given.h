// What every importer asks of values that come from outside, and how messages show them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/units.h"

namespace drover::carbon {

// Above any power station: a larger number is in another unit.
inline constexpr double kHighestGramsPerKwh = 2000;

// The text between single quotes for a message: cut when long, control characters and other bytes
// as \xNN.
std::string shown(std::string_view text);

// A message that may repeat bytes from outside, so that it can be printed: control characters as
// \xNN, cut when longer than any message should be.
std::string printable(std::string_view message);

// kInvalid unless it is a finite number in 0..kHighestGramsPerKwh; the message says what to do, the
// caller adds the place. Never the negative zero.
Result<Intensity> given_intensity(double grams_per_kwh);

// Letters, digits, '-', '_' and '.', at most 64.
bool is_zone_name(std::string_view text);

// True when a time says how far it is from UTC: it ends in Z or a numeric offset.
bool says_offset(std::string_view time);

}  // namespace drover::carbon
