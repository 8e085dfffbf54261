#include "api/sdk.h"

#include <algorithm>
#include <format>

#include "api/intensity.h"
#include "api/limits.h"
#include "api/series.h"
#include "carbon/gaps.h"
#include "carbon/synthetic.h"

namespace drover::api {
namespace {

using carbon::Series;
using carbon::ZoneSummary;

Answer<ZoneSummary> find_location(const Asked& asked, const std::string& location,
                                  const std::string& parameter = "location") {
  return find_series(asked,
                     {.parameter = parameter, .zone = location, .unknown_status = kBadRequest},
                     asked.otherwise);
}

Answer<std::vector<ZoneSummary>> find_locations(const Asked& asked, const Parameters& parameters) {
  const auto names = read_locations(parameters);
  if (!names) {
    return std::unexpected(names.error());
  }
  std::vector<ZoneSummary> found;
  for (const auto& name : *names) {
    auto one = find_location(asked, name);
    if (!one) {
      return std::unexpected(one.error());
    }
    found.push_back(*std::move(one));
  }
  return found;
}

// Absent: the latest.
Answer<std::optional<Window>> read_window(const Parameters& parameters) {
  const auto time = parameters.time("time");
  const auto to = parameters.time("toTime");
  if (!time || !to) {
    return std::unexpected(time ? to.error() : time.error());
  }
  if (!*time) {
    return *to ? bad_parameter("time", "is missing; give it with 'toTime'")
               : Answer<std::optional<Window>>(std::nullopt);
  }
  const Window window{.from = **time, .to = to->value_or(**time)};
  if (window.to < window.from) {
    return bad_parameter("toTime", std::format("{} lies before time ({})", format_time(window.to),
                                               format_time(window.from)));
  }
  return window;
}

Emission emission_at(const Series& series, Instant time, Intensity rating) {
  return {.location = series.zone.str(),
          .time = time,
          .rating = rating,
          .duration = series.step,
          .synthetic = carbon::is_synthetic(series.zone)};
}

Answer<void> append_latest(const Asked& asked, const ZoneSummary& series,
                           std::vector<Emission>& into) {
  return latest_value(asked, series).transform([&](const std::optional<Latest>& latest) {
    if (latest) {
      into.push_back(emission_at(latest->quantity, latest->at, latest->value));
    }
  });
}

Answer<void> append(const Asked& asked, const ZoneSummary& series, const Window& window,
                    std::vector<Emission>& into) {
  return read_series(asked, series, window).transform([&](const Series& read) {
    for (std::size_t slot = 0; slot < read.values.size(); ++slot) {
      if (read.values[slot]) {
        into.push_back(emission_at(read, read.time_of(slot), *read.values[slot]));
      }
    }
  });
}

// A moment is the step that holds it.
Window widened(const ZoneSummary& series, const Window& window) {
  return window.from == window.to
             ? Window{.from = window.from, .to = step_begin(series, window.from) + series.step}
             : window;
}

Answer<std::vector<Emission>> emissions_at(const Asked& asked,
                                           const std::vector<ZoneSummary>& locations,
                                           const std::optional<Window>& window) {
  const auto most = kMaxValues / static_cast<std::int64_t>(locations.size());
  std::vector<Emission> all;
  for (const auto& series : locations) {
    auto done =
        !window
            ? append_latest(asked, series, all)
            : check_window(series, widened(series, *window), {.from = "time", .to = "toTime"}, most)
                  .and_then([&] { return append(asked, series, widened(series, *window), all); });
    if (!done) {
      return std::unexpected(done.error());
    }
  }
  return all;
}

Answer<void> check_comparable(const std::vector<ZoneSummary>& locations) {
  for (const auto& one : locations) {
    if (one.basis != locations.front().basis) {
      return bad_parameter(
          "location", std::format("the data of {} are {}-based and those of {} {}-based; they do "
                                  "not compare",
                                  locations.front().zone, to_string(locations.front().basis),
                                  one.zone, to_string(one.basis)));
    }
  }
  return {};
}

std::vector<Emission> lowest(std::vector<Emission> all) {
  const auto best = std::ranges::min_element(all, {}, &Emission::rating);
  if (best != all.end()) {
    std::erase_if(all, [least = best->rating](const Emission& one) { return one.rating > least; });
  }
  return all;
}

Answer<std::vector<Emission>> of_locations(const Asked& asked, const Parameters& parameters,
                                           const std::vector<ZoneSummary>& locations) {
  return read_window(parameters).and_then([&](const std::optional<Window>& window) {
    return emissions_at(asked, locations, window);
  });
}

// Time-weighted over the window; absent when a part of it is unknown.
std::optional<Intensity> mean_over(const Series& series, const Window& window) {
  Intensity sum;
  for (std::size_t slot = 0; slot < series.values.size(); ++slot) {
    const Instant begin = std::max(window.from, series.time_of(slot));
    const Instant end = std::min(window.to, series.time_of(slot) + series.step);
    if (end <= begin) {
      continue;
    }
    if (!series.values[slot]) {
      return std::nullopt;
    }
    sum += *series.values[slot] * static_cast<double>((end - begin).count());
  }
  return sum / static_cast<double>((window.to - window.from).count());
}

std::size_t imputed_in(const carbon::Filled& filled, const Window& window) {
  std::size_t count = 0;
  for (std::size_t slot = 0; slot < filled.imputed.size(); ++slot) {
    const Instant begin = filled.series.time_of(slot);
    count += filled.imputed[slot] && begin < window.to && begin + filled.series.step > window.from
                 ? 1
                 : 0;
  }
  return count;
}

Average average_of(const AverageQuery& query, const Series& around) {
  const Window window{.from = query.start, .to = query.end};
  const auto filled = carbon::fill_gaps(around, carbon::GapPolicy::kRecommended);
  return {.of = query,
          .mean = mean_over(filled.series, window),
          .imputed = imputed_in(filled, window),
          .synthetic = carbon::is_synthetic(around.zone)};
}

}  // namespace

Answer<std::vector<std::string>> read_locations(const Parameters& parameters) {
  auto names = parameters.all({"location", "locations"});
  if (names.empty()) {
    return bad_parameter("location", "is missing; name a zone, as /locations lists them");
  }
  if (names.size() > kMaxLocations) {
    return bad_parameter("location", std::format("is given {} times; at most {} are answered at "
                                                 "once",
                                                 names.size(), kMaxLocations));
  }
  return names;
}

Answer<std::vector<Emission>> emissions(const Asked& asked, const Parameters& parameters) {
  return find_locations(asked, parameters).and_then([&](const std::vector<ZoneSummary>& found) {
    return of_locations(asked, parameters, found);
  });
}

Answer<std::vector<Emission>> emissions_of_one(const Asked& asked, const Parameters& parameters) {
  return find_locations(asked, parameters)
      .and_then([&](const std::vector<ZoneSummary>& found) -> Answer<std::vector<Emission>> {
        if (found.size() > 1) {
          return bad_parameter("location", "is given more than once; ask /emissions/bylocations");
        }
        return of_locations(asked, parameters, found);
      });
}

Answer<std::vector<Emission>> best_emissions(const Asked& asked, const Parameters& parameters) {
  return find_locations(asked, parameters)
      .and_then([&](const std::vector<ZoneSummary>& found) {
        return check_comparable(found).and_then(
            [&] { return of_locations(asked, parameters, found); });
      })
      .transform(lowest);
}

Answer<Average> average(const Asked& asked, const AverageQuery& query, const std::string& where) {
  // What fill_gaps() looks at before and after a gap.
  constexpr Duration kBefore = std::chrono::hours{27};
  constexpr Duration kAfter = std::chrono::hours{4};
  const Window window{.from = query.start, .to = query.end};
  const auto series = find_location(asked, query.location, where + "location");
  if (!series) {
    return std::unexpected(series.error());
  }
  if (query.end > step_begin(*series, asked.now) + series->step) {
    return bad_parameter(where + "endTime",
                         std::format("{} lies after now ({}); ask for a forecast",
                                     format_time(query.end), format_time(asked.now)));
  }
  return check_window(*series, window, {.from = where + "startTime", .to = where + "endTime"},
                      kMaxValues)
      .and_then([&] {
        return read_series(asked, *series,
                           {.from = window.from - kBefore, .to = window.to + kAfter});
      })
      .transform([&](const Series& around) { return average_of(query, around); });
}

Answer<Average> average(const Asked& asked, const Parameters& parameters) {
  const auto start = parameters.time("startTime");
  const auto end = parameters.time("endTime");
  if (!start || !end) {
    return std::unexpected(start ? end.error() : start.error());
  }
  if (!*start || !*end) {
    return bad_parameter(*start ? "endTime" : "startTime",
                         "is missing; write a time as 2021-03-04T05:00:00Z");
  }
  return read_locations(parameters)
      .and_then([&](const std::vector<std::string>& names) -> Answer<Average> {
        if (names.size() > 1) {
          return bad_parameter("location", "is given more than once");
        }
        return average(asked, {.location = names.front(), .start = **start, .end = **end});
      });
}

Answer<std::vector<Average>> averages(const Asked& asked,
                                      const std::vector<AverageQuery>& queries) {
  std::vector<Average> all;
  for (std::size_t i = 0; i < queries.size(); ++i) {
    const auto where = std::format("[{}].", i);
    if (queries[i].location != queries.front().location) {
      return bad_parameter(where + "location",
                           std::format("{} is not that of the first item; a batch has one location",
                                       shown(queries[i].location)));
    }
    auto one = average(asked, queries[i], where);
    if (!one) {
      return std::unexpected(one.error());
    }
    all.push_back(*std::move(one));
  }
  return all;
}

Answer<std::vector<ZoneId>> locations(const Asked& asked) {
  return asked.data.zones().transform_error(failure_of).transform([](const Zones& all) {
    std::vector<ZoneId> zones;
    for (const auto& one : *all) {
      if (zones.empty() || zones.back() != one.zone) {
        zones.push_back(one.zone);
      }
    }
    return zones;
  });
}

}  // namespace drover::api
