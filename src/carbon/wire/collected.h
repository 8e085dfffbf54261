// What the parsers of answers in JSON do alike: values checked, and series and forecasts made of
// the points they read, with what had to be left out counted.
#pragma once

#include <format>
#include <optional>
#include <string>
#include <vector>

#include "carbon/points.h"
#include "carbon/wire/answer.h"
#include "carbon/wire/json.h"

namespace drover::carbon::wire {

// Points of one series as they stand in a document.
struct Collected {
  Series like;  // all but the values
  std::vector<Point> points;
  std::optional<Duration> step;    // as the document says it
  std::optional<Duration> coarse;  // the step asked for, if it is another one
};

// Adds them to answer.series without gaps at both ends, and counts nulls and repetitions. Nothing
// is added of points that are all unknown, or of none. kConflict for two values at one time.
Result<> add_series(Collected collected, Answer& answer);

// Adds what is not over yet at `issued` to answer.forecasts. What was over before is counted as
// undated, as nothing says when it was expected; all of it when `issued` is absent.
Result<> add_forecast(Collected collected, std::optional<Instant> issued, Answer& answer);

// A number of g/kWh; a negative one is 0 and counted when options.clip_forecasts says so.
Result<Intensity> checked_forecast(const Node& node, double grams_per_kwh,
                                   const WireOptions& options, Answer& answer);

// The same of the node's own number; null is unknown.
Result<std::optional<Intensity>> expected_intensity(const Node& node, const WireOptions& options,
                                                    Answer& answer);

// The error for an answer that holds no value: kNotFound, or kInvalid when only the issue time of
// forecasts is missing.
std::unexpected<Error> nothing_left(const WireOptions& options, const Answer& answer);

// The document's word if it agrees with what is asked for, or the one of both that is there.
// kConflict when they differ.
template <class Word>
Result<std::optional<Word>> agreed(const Node& place, std::optional<Word> said,
                                   std::optional<Word> asked) {
  if (said && asked && *said != *asked) {
    return place.error(
        std::format("the document is about {}, not {}", to_string(*said), to_string(*asked)),
        Code::kConflict);
  }
  return said ? said : asked;
}

// The zone the document names, which must be the one that is asked for, if one is.
Result<ZoneId> agreed_zone(const Node& name, const WireOptions& options);

}  // namespace drover::carbon::wire
