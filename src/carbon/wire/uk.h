// The UK Carbon Intensity API (NESO), direct intensity with imports: /intensity..., its statistics,
// and /regional..., as answered or saved. National values are zone GB, regions GB-1 to GB-17.
#pragma once

#include <string_view>

#include "carbon/wire/answer.h"

namespace drover::carbon::wire {

// `actual` and `average` values become series, `forecast` values from WireOptions::issued on a
// provider forecast; without an issue time they are counted as undated, or an error when nothing
// else is there. The document's own error comes back as kNotFound, kInvalid or kUnavailable.
Result<Answer> parse_uk_intensity(std::string_view json, const WireOptions& options);

}  // namespace drover::carbon::wire
