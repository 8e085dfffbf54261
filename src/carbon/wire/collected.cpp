#include "carbon/wire/collected.h"

#include <algorithm>
#include <iterator>
#include <ranges>
#include <set>

#include "carbon/given.h"

namespace drover::carbon::wire {
namespace {

bool is_known(const std::optional<Intensity>& value) { return value.has_value(); }

// The part between the first and the last known value; nothing when none is known.
std::optional<Series> without_ends(const Series& series) {
  const auto first = std::ranges::find_if(series.values, is_known);
  if (first == series.values.end()) {
    return std::nullopt;
  }
  const auto last = std::ranges::find_last_if(series.values, is_known).begin();
  const auto begin = static_cast<std::size_t>(first - series.values.begin());
  const auto end = static_cast<std::size_t>(last - series.values.begin()) + 1;
  Series rest = series.without_values();
  rest.start = series.time_of(begin);
  rest.values.assign(first, std::next(last));
  if (!series.estimated.empty()) {
    rest.estimated.assign(series.estimated.begin() + static_cast<std::ptrdiff_t>(begin),
                          series.estimated.begin() + static_cast<std::ptrdiff_t>(end));
  }
  return rest;
}

void count(const std::vector<Point>& points, Answer& answer) {
  std::set<Instant> times;
  for (const Point& point : points) {
    answer.nulls += point.value ? 0 : 1;
    answer.repeated += times.insert(point.at).second ? 0 : 1;
  }
}

Result<Series> made(Collected collected, Answer& answer) {
  count(collected.points, answer);
  auto series = series_of(std::move(collected.points), collected.like, collected.step);
  if (!series || !collected.coarse || series->step == *collected.coarse) {
    return series;
  }
  return coarsened(*series, *collected.coarse);
}

// How many slots have ended by `time`.
std::size_t slots_over(const Series& series, Instant time) {
  const auto over = time <= series.start ? 0 : (time - series.start) / series.step;
  return std::min(static_cast<std::size_t>(over), series.values.size());
}

}  // namespace

Result<> add_series(Collected collected, Answer& answer) {
  if (collected.points.empty()) {
    return {};
  }
  return made(std::move(collected), answer).transform([&](const Series& series) {
    if (auto known = without_ends(series)) {
      answer.series.push_back(*std::move(known));
    }
  });
}

Result<> add_forecast(Collected collected, std::optional<Instant> issued, Answer& answer) {
  if (!issued) {
    answer.undated += std::ssize(collected.points);
    return {};
  }
  if (collected.points.empty()) {
    return {};
  }
  return made(std::move(collected), answer).and_then([&](const Series& series) -> Result<> {
    const auto over = slots_over(series, *issued);
    answer.undated += std::ranges::count_if(series.values | std::views::take(over), is_known);
    const auto rest = slice(series, series.time_of(over), series.end());
    if (!rest) {
      return std::unexpected(rest.error());
    }
    if (auto known = without_ends(*rest)) {
      answer.forecasts.push_back({.issued = *issued, .values = *std::move(known)});
    }
    return {};
  });
}

Result<Intensity> checked_forecast(const Node& node, double grams_per_kwh,
                                   const WireOptions& options, Answer& answer) {
  if (grams_per_kwh < 0 && options.clip_forecasts) {
    ++answer.clipped;
    return Intensity{};
  }
  const auto given = given_intensity(grams_per_kwh);
  return given ? given : node.error(given.error().what);
}

Result<std::optional<Intensity>> expected_intensity(const Node& node, const WireOptions& options,
                                                    Answer& answer) {
  if (node.is_null()) {
    return std::nullopt;
  }
  return node.number()
      .and_then([&](double grams) { return checked_forecast(node, grams, options, answer); })
      .transform([](Intensity checked) { return std::optional(checked); });
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

Result<ZoneId> agreed_zone(const Node& name, const WireOptions& options) {
  return name.text().and_then([&](const std::string& text) -> Result<ZoneId> {
    if (!is_zone_name(text)) {
      return name.error(std::format("{} is no name of a zone", shown(text)));
    }
    if (options.zone && options.zone->str() != text) {
      return name.error(std::format("the document is about zone {}, not {}", text, *options.zone),
                        Code::kConflict);
    }
    return ZoneId{text};
  });
}

}  // namespace drover::carbon::wire
