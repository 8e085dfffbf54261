// The ENTSO-E transparency platform: generation per type (document type A75), as XML or zipped XML,
// made into carbon intensity by the table in carbon/factors.h. Production based.
#pragma once

#include <string_view>

#include "carbon/wire/answer.h"

namespace drover::carbon::wire {

// One area per answer. WireOptions::zone names it; without, the area's code is looked up. The scope
// is direct unless asked otherwise. A step in which one of the types has no value, or nothing was
// generated, is a gap. No data (an acknowledgement) is kNotFound with the platform's reason; a
// document that gives no mix (day-ahead totals, wind and solar forecasts, load) is kInvalid.
Result<Answer> parse_entsoe(std::string_view xml_or_zip, const WireOptions& options);

}  // namespace drover::carbon::wire
