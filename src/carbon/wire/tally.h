// What the parsers have in common once they have read points: series and forecasts made of them,
// and what had to be left out, counted.
#pragma once

#include <optional>
#include <vector>

#include "carbon/points.h"
#include "carbon/wire/answer.h"
#include "carbon/wire/json.h"

namespace drover::carbon::wire {

// As Node::intensity(); a negative one becomes 0 and is counted if the options say so.
Result<std::optional<Intensity>> expected_intensity(const Node& node, const WireOptions& options,
                                                    Answer& answer);

// A series of points with the header of `like`; its gaps and repeated points are counted. Nothing
// is added of points that are all unknown, or of none. kConflict for two values at one time.
Result<> add_series(std::vector<Point> points, const Series& like, std::optional<Duration> step,
                    Answer& answer);

struct Timing {
  std::optional<Duration> step;   // absent: the commonest distance
  std::optional<Instant> issued;  // absent: the points are counted as undated and left out
};

// A forecast of the points from the step on that holds at its issue; those before are counted as
// undated, as nothing says when they were expected.
Result<> add_forecast(std::vector<Point> points, const Series& like, const Timing& timing,
                      Answer& answer);

// The error for an answer that holds no value: kNotFound, or kInvalid when only the issue time of
// forecasts is missing.
std::unexpected<Error> nothing_left(const WireOptions& options, const Answer& answer);

}  // namespace drover::carbon::wire
