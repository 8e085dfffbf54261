#include "carbon/wire/tally.h"

#include <algorithm>
#include <format>
#include <utility>

namespace drover::carbon::wire {
namespace {

bool all_unknown(const std::vector<Point>& points) {
  return std::ranges::none_of(points, [](const Point& point) { return point.value.has_value(); });
}

}  // namespace

Result<std::optional<Intensity>> expected_intensity(const Node& node, const WireOptions& options,
                                                    Answer& answer) {
  if (options.clip_forecasts) {
    if (const auto number = node.number(); number && *number < 0) {
      ++answer.clipped;
      return Intensity{};
    }
  }
  return node.intensity();
}

Result<> add_series(std::vector<Point> points, const Series& like, std::optional<Duration> step,
                    Answer& answer) {
  if (all_unknown(points)) {
    answer.nulls += static_cast<std::int64_t>(points.size());
    return {};
  }
  std::ranges::stable_sort(points, {}, &Point::at);
  for (std::size_t i = 1; i < points.size(); ++i) {
    answer.repeated += points[i].at == points[i - 1].at ? 1 : 0;
  }
  return series_of(std::move(points), like, step).transform([&](Series series) {
    answer.nulls += std::ranges::count(series.values, std::optional<Intensity>{});
    answer.series.push_back(std::move(series));
  });
}

Result<> add_forecast(std::vector<Point> points, const Series& like, const Timing& timing,
                      Answer& answer) {
  const auto given = points.size();
  if (!timing.issued) {
    answer.undated += static_cast<std::int64_t>(given);
    return {};
  }
  const Duration begun = timing.step.value_or(Duration{1}) - Duration{1};
  std::erase_if(points, [&](const Point& point) { return point.at + begun < *timing.issued; });
  answer.undated += static_cast<std::int64_t>(given - points.size());
  if (all_unknown(points)) {
    answer.nulls += static_cast<std::int64_t>(points.size());
    return {};
  }
  return series_of(std::move(points), like, timing.step).transform([&](Series series) {
    answer.nulls += std::ranges::count(series.values, std::optional<Intensity>{});
    answer.forecasts.push_back({.issued = *timing.issued, .values = std::move(series)});
  });
}

std::unexpected<Error> nothing_left(const WireOptions& options, const Answer& answer) {
  if (answer.undated > 0 && !options.issued) {
    return invalid(std::format(
        "{}: {} forecast values and nothing that says when they were made; say when the file was "
        "received (--issued TIME)",
        options.document, answer.undated));
  }
  return not_found(std::format("{}: no value of zone {}", options.document,
                               options.zone ? options.zone->str() : "any"));
}

}  // namespace drover::carbon::wire
