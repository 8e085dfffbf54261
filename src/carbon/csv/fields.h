// What single fields of a carbon CSV mean. Errors here name value and way out; the caller adds the
// place.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "base/units.h"

namespace drover::carbon::csv {

// Without blanks, tabs and carriage returns at both ends.
std::string_view trim(std::string_view text);

// Lower case, the subscript two of CO2 as a plain one, blanks collapsed: headers differ in these
// between releases.
std::string normalized(std::string_view header);

// A number of g/kWh in 0..2000; blank, NaN and null are an unknown hour.
Result<std::optional<Intensity>> parse_intensity(std::string_view text);

// True, False, 1, 0 in any letter case; blank is false.
Result<bool> parse_flag(std::string_view text);

// An id as Electricity Maps writes it: two capital letters, then groups after dashes ("DE",
// "US-NE-ISNE", "JP-TK").
bool is_provider_zone_id(std::string_view text);

// "2020-01-01 00:00:00" and all that parse_time() knows, and "01/31/2020 00:00:00": month first.
Result<Instant> parse_time_or_us(std::string_view text);

}  // namespace drover::carbon::csv
