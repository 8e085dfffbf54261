// Collects the points of a file, one column per zone and scope, and makes series of equal steps of
// them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "carbon/csv/import.h"

namespace drover::carbon::csv {

struct Point {
  Instant at;
  std::optional<Intensity> value;
  std::size_t line = 0;
};

// Points of one zone and scope in the order of time.
class Column {
 public:
  // True when the hour was there before. An hour twice is fine when both say the same or one says
  // nothing; two values are an error unless the last one is preferred. Going back to an hour that
  // was not there is an error.
  Result<bool> add(const Point& point, bool prefer_last);
  [[nodiscard]] const std::vector<Point>& points() const { return points_; }

 private:
  std::vector<Point> points_;
};

class Columns {
 public:
  Columns(std::string file, const CsvOptions& options)
      : file_(std::move(file)), options_(options) {}

  // Stays valid; the same one for the same zone and scope.
  Column& column(const ZoneId& zone, Scope scope) { return columns_[{zone, scope}]; }

  // The step is the commonest distance in the file; all distances must be multiples of it, and what
  // lies between is a gap. An error when nothing or just one row is there, so that the step cannot
  // be known.
  [[nodiscard]] Result<std::vector<Series>> series(const std::string& default_source) const;

 private:
  [[nodiscard]] Result<Duration> find_step() const;
  [[nodiscard]] Result<> check_distances(const Column& column, Duration step) const;

  std::string file_;
  const CsvOptions& options_;
  std::map<std::pair<ZoneId, Scope>, Column> columns_;
};

}  // namespace drover::carbon::csv
