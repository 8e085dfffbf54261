// Single values with their times, made into a series of equal steps. What importers and providers
// share.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "carbon/series.h"

namespace drover::carbon {

struct Point {
  Instant at;                      // begin of the step
  std::optional<Intensity> value;  // absent: known to be unknown
  bool estimated = false;
  std::size_t line = 0;  // where it stands in a file; 0: nowhere
};

// A series with the header of `like` (zone, kind, ...; its step, start and values do not matter) of
// points in any order. The step is the one given, or else the commonest distance; what lies between
// the points is a gap. kInvalid for no points, a distance that is no multiple of the step or over a
// year, or a single point without a step; kConflict for a time with two values that differ.
Result<Series> series_of(std::vector<Point> points, const Series& like,
                         std::optional<Duration> step = std::nullopt);

// Time-weighted means of a series on longer steps that begin on whole multiples of `step` since the
// epoch: five-minute points to hours. A step with a gap inside is a gap; one with an estimated part
// is estimated. kInvalid unless `step` is a multiple of the series' own.
Result<Series> coarsened(const Series& series, Duration step);

}  // namespace drover::carbon
