#include "carbon/csv/columns.h"

#include <algorithm>
#include <format>

#include "carbon/synthetic.h"

namespace drover::carbon::csv {
namespace {

constexpr Duration kShortestStep = std::chrono::minutes{1};
constexpr Duration kLongestJump = std::chrono::days{366};
constexpr std::int64_t kMaxSlotsPerFile = 20'000'000;

std::string in_minutes(Duration duration) {
  return std::format("{} min", std::chrono::duration<double, std::ratio<60>>(duration).count());
}

Series to_series(const Column& column, Duration step) {
  const auto& points = column.points();
  Series series;
  series.start = points.front().at;
  series.step = step;
  series.values.resize(static_cast<std::size_t>((points.back().at - series.start) / step + 1));
  for (const Point& point : points) {
    series.values[static_cast<std::size_t>((point.at - series.start) / step)] = point.value;
  }
  return series;
}

}  // namespace

Result<bool> Column::add(const Point& point, bool prefer_last) {
  if (points_.empty() || points_.back().at < point.at) {
    points_.push_back(point);
    return false;
  }
  const auto known = std::ranges::lower_bound(points_, point.at, {}, &Point::at);
  if (known->at != point.at) {
    return invalid(std::format("{} comes after {} of line {}; sort the rows by time",
                               format_time(point.at), format_time(points_.back().at),
                               points_.back().line));
  }
  if (known->value && point.value && *known->value != *point.value && !prefer_last) {
    return invalid(
        std::format("{} for {} contradicts {} of line {}; remove one of them, or prefer the last "
                    "(--prefer-last)",
                    *point.value, format_time(point.at), *known->value, known->line));
  }
  if (point.value) {
    *known = point;
  }
  return true;
}

Result<Duration> Columns::find_step() const {
  std::map<Duration, std::size_t> counts;  // ascending, so that a tie goes to the finer step
  for (const auto& [key, column] : columns_) {
    const auto& points = column.points();
    for (std::size_t i = 1; i < points.size(); ++i) {
      ++counts[points[i].at - points[i - 1].at];
    }
  }
  const auto commonest =
      std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; });
  if (commonest == counts.end()) {
    return invalid(std::format(
        "{}: one row tells no step of time; a file needs at least two rows of one zone", file_));
  }
  if (commonest->first % kShortestStep != Duration{0}) {
    return invalid(std::format("{}: the step of {} is not a whole number of minutes", file_,
                               in_minutes(commonest->first)));
  }
  return commonest->first;
}

Result<> Columns::check_distances(const Column& column, Duration step) const {
  const auto& points = column.points();
  for (std::size_t i = 1; i < points.size(); ++i) {
    const Duration distance = points[i].at - points[i - 1].at;
    if (distance % step != Duration{0}) {
      return invalid(std::format(
          "{}:{}: {} is {} after the row before it, where the file goes in steps of {}; "
          "use rows of one step",
          file_, points[i].line, format_time(points[i].at), in_minutes(distance),
          in_minutes(step)));
    }
    if (distance > kLongestJump) {
      return invalid(std::format(
          "{}:{}: the time jumps from {} to {}; correct the year, or import two files", file_,
          points[i].line, format_time(points[i - 1].at), format_time(points[i].at)));
    }
  }
  return {};
}

Result<std::vector<Series>> Columns::series(const std::string& default_source) const {
  if (columns_.empty()) {
    return options_.zone ? Result<std::vector<Series>>(not_found(
                               std::format("{}: no row of zone {}", file_, *options_.zone)))
                         : invalid(std::format("{}: a header without rows", file_));
  }
  const auto step = find_step();
  if (!step) {
    return std::unexpected(step.error());
  }
  std::vector<Series> all;
  std::int64_t slots = 0;
  for (const auto& [key, column] : columns_) {
    if (auto checked = check_distances(column, *step); !checked) {
      return std::unexpected(checked.error());
    }
    const auto& points = column.points();
    const std::int64_t length = (points.back().at - points.front().at) / *step + 1;
    slots += length;
    if (length > kMaxSlots || slots > kMaxSlotsPerFile) {
      return invalid(
          std::format("{}: {} to {} in steps of {} is too long for one file (limits: {} steps a "
                      "zone, {} in all)",
                      file_, format_time(points.front().at), format_time(points.back().at),
                      in_minutes(*step), kMaxSlots, kMaxSlotsPerFile));
    }
    Series& series = all.emplace_back(to_series(column, *step));
    series.zone = key.first;
    series.scope = key.second;
    series.source = options_.source.empty() ? default_source : options_.source;
    if (is_synthetic(series.zone)) {
      series.source = kSyntheticSource;  // whatever the caller says: the label never gets lost
    }
  }
  return all;
}

}  // namespace drover::carbon::csv
