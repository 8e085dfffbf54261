// Collects the points of a file, one column per quantity, and makes series of equal steps of them.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "carbon/csv/import.h"
#include "carbon/points.h"

namespace drover::carbon::csv {

// Points of one quantity in the order of time.
class Column {
 public:
  // True when the hour is there already. An hour twice is fine when both say the same or one says
  // nothing; two values are an error unless the last one is preferred. Going back to an hour that
  // is not there is an error, and so is a jump of more than a year.
  [[nodiscard]] Result<bool> check(const Point& point, bool prefer_last) const;
  // Takes what check() accepted.
  void add(const Point& point);
  [[nodiscard]] const std::vector<Point>& points() const { return points_; }
  // Leaves out the points that are not in `phase` of `step`; gives their lines.
  std::vector<std::size_t> keep_phase(Duration step, Duration phase);

 private:
  std::vector<Point> points_;
};

// What a column holds: series with the same one are the same series.
struct Quantity {
  ZoneId zone;
  Scope scope = Scope::kDirect;
  Kind kind = Kind::kAverage;
  Basis basis = Basis::kUnstated;
  std::string source;  // empty: the default of the file
  friend auto operator<=>(const Quantity&, const Quantity&) = default;
};

class Columns {
 public:
  Columns(std::string file, const CsvOptions& options)
      : file_(std::move(file)), options_(options) {}

  // Stays valid; the same one for the same quantity.
  Column& column(const Quantity& quantity) { return columns_[quantity]; }

  // Puts the series into `content`. The step is the commonest distance in the file; all distances
  // must be multiples of it, and what lies between is a gap. An error when nothing or just one row
  // is there, so that the step cannot be known.
  Result<> finish(const std::string& default_source, CsvContent& content);

 private:
  [[nodiscard]] Result<Duration> find_step() const;
  void skip_unaligned(Duration step, CsvContent& content);
  [[nodiscard]] Result<> check_distances(const Column& column, Duration step) const;
  [[nodiscard]] Result<std::int64_t> check_length(const Column& column, Duration step) const;

  std::string file_;
  const CsvOptions& options_;
  std::map<Quantity, Column> columns_;
};

}  // namespace drover::carbon::csv
