#include "carbon/csv/columns.h"

#include <algorithm>
#include <format>
#include <optional>
#include <set>

#include "carbon/csv/formats.h"
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
    const auto slot = static_cast<std::size_t>((point.at - series.start) / step);
    series.values[slot] = point.value;
    if (point.estimated && point.value) {
      series.estimated.resize(series.values.size());
      series.estimated[slot] = true;
    }
  }
  return series;
}

Duration phase_of(Instant at, Duration step) {
  return (at.time_since_epoch() % step + step) % step;
}

template <class Key>
std::optional<Key> commonest(const std::map<Key, std::size_t>& counts) {
  const auto most =
      std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; });
  return most == counts.end() ? std::optional<Key>{} : most->first;
}

}  // namespace

Result<bool> Column::check(const Point& point, bool prefer_last) const {
  if (points_.empty()) {
    return false;
  }
  const Point& last = points_.back();
  if (last.at < point.at) {
    if (point.at - last.at > kLongestJump) {
      return invalid(
          std::format("the time jumps from {} to {}; correct the year, or import two files",
                      format_time(last.at), format_time(point.at)));
    }
    return false;
  }
  const auto known = std::ranges::lower_bound(points_, point.at, {}, &Point::at);
  if (known->at != point.at) {
    return invalid(std::format("{} comes after {} of line {}; sort the rows by time",
                               format_time(point.at), format_time(last.at), last.line));
  }
  if (known->value && point.value && *known->value != *point.value && !prefer_last) {
    return invalid(
        std::format("{} for {} contradicts {} of line {}; remove one of them, or prefer the last "
                    "(--prefer-last)",
                    *point.value, format_time(point.at), *known->value, known->line));
  }
  return true;
}

void Column::add(const Point& point) {
  if (points_.empty() || points_.back().at < point.at) {
    points_.push_back(point);
  } else if (point.value) {
    *std::ranges::lower_bound(points_, point.at, {}, &Point::at) = point;
  }
}

std::vector<std::size_t> Column::keep_phase(Duration step, Duration phase) {
  std::vector<std::size_t> lines;
  std::erase_if(points_, [&](const Point& point) {
    const bool other = phase_of(point.at, step) != phase;
    if (other) {
      lines.push_back(point.line);
    }
    return other;
  });
  return lines;
}

Result<Duration> Columns::find_step() const {
  std::map<Duration, std::size_t> counts;  // ascending, so that a tie goes to the finer step
  for (const auto& [key, column] : columns_) {
    const auto& points = column.points();
    for (std::size_t i = 1; i < points.size(); ++i) {
      ++counts[points[i].at - points[i - 1].at];
    }
  }
  const auto step = commonest(counts);
  if (!step) {
    return invalid(std::format(
        "{}: one row tells no step of time; a file needs at least two rows of one zone", file_));
  }
  if (*step % kShortestStep != Duration{0}) {
    return invalid(std::format("{}: the step of {} is not a whole number of minutes", file_,
                               in_minutes(*step)));
  }
  return *step;
}

// With skip_bad, rows between the steps are bad rows like others.
void Columns::skip_unaligned(Duration step, CsvContent& content) {
  std::set<std::size_t> lines;
  for (auto& [key, column] : columns_) {
    std::map<Duration, std::size_t> phases;
    for (const Point& point : column.points()) {
      ++phases[phase_of(point.at, step)];
    }
    const auto dropped = column.keep_phase(step, commonest(phases).value_or(Duration{0}));
    lines.insert(dropped.begin(), dropped.end());
  }
  for (const std::size_t line : lines) {
    note_skipped(content, line,
                 std::format("{}:{}: the time is not on its zone's steps of {}", file_, line,
                             in_minutes(step)));
  }
  std::ranges::stable_sort(content.skipped_lines, {}, &SkippedLine::line);
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
  }
  return {};
}

// How many steps it is long.
Result<std::int64_t> Columns::check_length(const Column& column, Duration step) const {
  const Instant from = column.points().front().at;
  const Instant to = column.points().back().at;
  const std::int64_t length = (to - from) / step + 1;
  if (length > kMaxSlots) {
    return invalid(std::format("{}: {} to {} in steps of {} is too long for one series (limit {})",
                               file_, format_time(from), format_time(to), in_minutes(step),
                               kMaxSlots));
  }
  return length;
}

Result<> Columns::finish(const std::string& default_source, CsvContent& content) {
  if (columns_.empty()) {
    return options_.zone
               ? Result<>(not_found(std::format("{}: no row of zone {}", file_, *options_.zone)))
               : invalid(std::format("{}: a header without {}rows", file_,
                                     content.skipped > 0 ? "good " : ""));
  }
  const auto step = find_step();
  if (!step) {
    return std::unexpected(step.error());
  }
  if (options_.skip_bad) {
    skip_unaligned(*step, content);
    std::erase_if(columns_, [](const auto& entry) { return entry.second.points().empty(); });
  }
  std::int64_t slots = 0;
  for (const auto& [quantity, column] : columns_) {
    const auto length =
        check_distances(column, *step).and_then([&] { return check_length(column, *step); });
    if (!length) {
      return std::unexpected(length.error());
    }
    slots += *length;
    if (slots > kMaxSlotsPerFile) {
      return invalid(
          std::format("{}: more than {} values with the gaps between; import parts of it", file_,
                      kMaxSlotsPerFile));
    }
    Series& series = content.series.emplace_back(to_series(column, *step));
    series.zone = quantity.zone;
    series.scope = quantity.scope;
    series.kind = quantity.kind;
    series.basis = quantity.basis;
    series.source = !options_.source.empty()  ? options_.source
                    : quantity.source.empty() ? default_source
                                              : quantity.source;
    if (is_synthetic(series.zone)) {
      series.source = kSyntheticSource;  // whatever the caller says: the label never gets lost
    }
  }
  return {};
}

}  // namespace drover::carbon::csv
