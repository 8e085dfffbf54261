#include "carbon/points.h"

#include <algorithm>
#include <format>
#include <map>

namespace drover::carbon {
namespace {

constexpr Duration kLongestJump = std::chrono::days{366};

Result<Duration> step_of(const std::vector<Point>& points, const Series& like) {
  std::map<Duration, std::size_t> counts;  // ascending, so that a tie goes to the finer step
  for (std::size_t i = 1; i < points.size(); ++i) {
    ++counts[points[i].at - points[i - 1].at];
  }
  counts.erase(Duration{0});
  if (counts.empty()) {
    return invalid(std::format("one point of zone {} tells no step of time", like.zone));
  }
  return std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; })
      ->first;
}

Result<> place(const Point& point, Series& series) {
  const Duration offset = point.at - series.start;
  if (offset % series.step != Duration{0}) {
    return invalid(std::format("the point of zone {} at {} is not on a step of {} from {} on",
                               series.zone, format_time(point.at), series.step,
                               format_time(series.start)));
  }
  const auto slot = static_cast<std::size_t>(offset / series.step);
  auto& value = series.values[slot];
  if (value && point.value && *value != *point.value) {
    return conflict(std::format("zone {} has two values at {}: {} and {}", series.zone,
                                format_time(point.at), *value, *point.value));
  }
  if (point.value) {
    value = point.value;
    series.estimated[slot] = point.estimated;
  }
  return {};
}

}  // namespace

Result<Series> series_of(std::vector<Point> points, const Series& like,
                         std::optional<Duration> step) {
  if (points.empty()) {
    return invalid(std::format("no points of zone {}", like.zone));
  }
  std::ranges::stable_sort(points, {}, &Point::at);
  for (std::size_t i = 1; i < points.size(); ++i) {
    if (points[i].at - points[i - 1].at > kLongestJump) {
      return invalid(std::format("the points of zone {} jump from {} to {}", like.zone,
                                 format_time(points[i - 1].at), format_time(points[i].at)));
    }
  }
  const auto chosen = step ? Result<Duration>(*step) : step_of(points, like);
  if (!chosen) {
    return std::unexpected(chosen.error());
  }
  Series series = like.without_values();
  series.start = points.front().at;
  series.step = *chosen;
  const auto slots = (points.back().at - points.front().at) / *chosen + 1;
  if (*chosen <= Duration{0} || slots > kMaxSlots) {
    return invalid(std::format("{} steps of {} from {} on are too many for zone {} (limit {})",
                               slots, *chosen, format_time(series.start), like.zone, kMaxSlots));
  }
  series.values.resize(static_cast<std::size_t>(slots));
  series.estimated.resize(static_cast<std::size_t>(slots));
  for (const Point& point : points) {
    if (auto placed = place(point, series); !placed) {
      return std::unexpected(placed.error());
    }
  }
  if (std::ranges::none_of(series.estimated, [](bool one) { return one; })) {
    series.estimated.clear();
  }
  return series;
}

Result<Series> coarsened(const Series& series, Duration step) {
  if (series.step <= Duration{0} || step < series.step || step % series.step != Duration{0} ||
      series.start.time_since_epoch() % series.step != Duration{0}) {
    return invalid(std::format("steps of {} cannot be made of zone {}'s steps of {} from {} on",
                               step, series.zone, series.step, format_time(series.start)));
  }
  const auto floor = [&](Instant at) {
    return at - Duration{(at.time_since_epoch() % step + step) % step};
  };
  Series coarse = series.without_values();
  coarse.start = floor(series.start);
  coarse.step = step;
  const Instant end = floor(series.end() + step - Duration{1});
  const auto fine = slice(series, coarse.start, end);
  if (!fine) {
    return fine;
  }
  const auto parts = static_cast<std::size_t>(step / series.step);
  const auto count = fine->values.size() / parts;
  coarse.estimated.assign(series.estimated.empty() ? 0 : count, false);
  for (std::size_t i = 0; i < count; ++i) {
    std::optional<Intensity> sum = Intensity{};
    for (std::size_t slot = i * parts; slot < (i + 1) * parts; ++slot) {
      const auto& value = fine->values[slot];
      sum = sum && value ? std::optional(*sum + *value) : std::nullopt;
      if (fine->is_estimated(slot)) {
        coarse.estimated[i] = true;
      }
    }
    coarse.values.push_back(sum ? std::optional(*sum / static_cast<double>(parts)) : std::nullopt);
  }
  return coarse;
}

}  // namespace drover::carbon
