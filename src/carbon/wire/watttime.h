// WattTime v3: historical, forecast, forecast/historical, region-from-loc and login. Marginal
// (co2_moer) or average (co2_aoer), direct.
#pragma once

#include <string>
#include <string_view>

#include "carbon/wire/answer.h"

namespace drover::carbon::wire {

inline constexpr std::string_view kWattTime = "watttime";

// A document whose points go on after its generated_at, or else after WireOptions::issued, is a
// forecast. Units are converted by their
// name; an unknown one is kInvalid, and so is a signal that is not CO2. Without WireOptions::zone
// the zone is the region's name. `step`: the points' time-weighted means on that step; absent: the
// points as they are.
Result<Answer> parse_watttime(std::string_view json, const WireOptions& options,
                              std::optional<Duration> step = std::nullopt);

// Which quantity a signal is; kInvalid for one that is not CO2, naming those that are.
Result<Kind> parse_watttime_signal(std::string_view signal);

// The region of an answer of region-from-loc; kNotFound when there is none.
Result<std::string> parse_watttime_region(std::string_view json, const std::string& document);

// The token of an answer of login. No error repeats any of it.
Result<std::string> parse_watttime_token(std::string_view json, const std::string& document);

}  // namespace drover::carbon::wire
