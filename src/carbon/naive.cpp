#include "carbon/naive.h"

#include <algorithm>
#include <format>
#include <utility>

#include "carbon/gaps.h"

namespace drover::carbon {
namespace {

constexpr Duration kOldestUsable = std::chrono::hours{24};
constexpr std::size_t kMaxLeads = 24 * 366;

std::string in_hours(Duration duration) {
  return std::format("{} h", std::chrono::duration<double, std::ratio<3600>>(duration).count());
}

// What a model may see: the history cut at `issued`, and padded with gaps up to it. So the last
// value is the one before lead 0.
Result<Series> known_before(const Series& history, Instant issued, std::size_t leads) {
  if (leads > kMaxLeads) {
    return invalid(std::format("{} leads asked for; a forecast has at most {}", leads, kMaxLeads));
  }
  return slice(history, std::min(history.start, issued), issued)
      .transform_error(doing(
          std::format("forecast of zone {} issued at {}", history.zone, format_time(issued))));
}

Forecast empty_forecast(const Series& known, std::string_view model) {
  return {.zone = known.zone,
          .issued = known.end(),
          .step = known.step,
          .mean = {},
          .model = std::string(model),
          .fallback = {}};
}

Result<Forecast> repeat_last_value(const Series& known, std::size_t leads) {
  const auto last = std::ranges::find_if(known.values.rbegin(), known.values.rend(),
                                         [](const auto& value) { return value.has_value(); });
  const Duration age = known.step * (last - known.values.rbegin());
  if (last == known.values.rend() || age >= kOldestUsable) {
    return invalid(
        std::format("zone {} has no known carbon intensity in the {} before {}; import newer data, "
                    "or leave the zone out",
                    known.zone, in_hours(kOldestUsable), format_time(known.end())));
  }
  Forecast forecast = empty_forecast(known, "persistence");
  forecast.mean.assign(leads, **last);
  if (age > Duration{0}) {
    forecast.fallback =
        std::format("the last {} are unknown, so the value before them is kept", in_hours(age));
  }
  return forecast;
}

Result<Forecast> repeat_season(const Series& known, std::size_t season, std::size_t leads,
                               std::string_view model) {
  if (known.values.size() < season) {
    return invalid(std::format("{} needs {} of history and has {}", model,
                               in_hours(known.step * static_cast<Duration::rep>(season)),
                               in_hours(known.end() - known.start)));
  }
  const Filled filled = fill_gaps(known, GapPolicy::kRecommended);
  const std::size_t first = known.values.size() - season;
  Forecast forecast = empty_forecast(known, model);
  for (std::size_t lead = 0; lead < leads; ++lead) {
    const std::size_t at = first + lead % season;
    if (!filled.series.values[at]) {
      return invalid(
          std::format("{} needs the hour {}, which is unknown", model,
                      format_time(known.start + known.step * static_cast<Duration::rep>(at))));
    }
    forecast.mean.push_back(*filled.series.values[at]);
  }
  if (const auto count = std::count(filled.imputed.end() - static_cast<std::ptrdiff_t>(season),
                                    filled.imputed.end(), true);
      count > 0) {
    forecast.fallback =
        std::format("{} of the last {} values are unknown and imputed", count, season);
  }
  return forecast;
}

}  // namespace

Result<Forecast> Persistence::predict(const Series& history, Instant issued,
                                      std::size_t leads) const {
  return known_before(history, issued, leads).and_then([&](const Series& known) {
    return repeat_last_value(known, leads);
  });
}

SeasonalNaive::SeasonalNaive(Duration season, std::unique_ptr<Forecaster> simpler)
    : season_(season),
      name_(std::format("seasonal-naive-{}h",
                        std::chrono::duration_cast<std::chrono::hours>(season).count())),
      simpler_(std::move(simpler)) {}

Result<Forecast> SeasonalNaive::predict(const Series& history, Instant issued,
                                        std::size_t leads) const {
  const auto known = known_before(history, issued, leads);
  if (!known) {
    return std::unexpected(known.error());
  }
  if (season_ % known->step != Duration{0}) {
    return invalid(std::format("{} needs a step that divides {}; zone {} has steps of {}", name_,
                               in_hours(season_), known->zone, in_hours(known->step)));
  }
  const auto season = static_cast<std::size_t>(season_ / known->step);
  return repeat_season(*known, season, leads, name_).or_else([&](const Error& why) {
    return simpler_->predict(*known, issued, leads).transform([&](Forecast forecast) {
      forecast.fallback = why.what + (forecast.fallback.empty() ? "" : "; ") + forecast.fallback;
      return forecast;
    });
  });
}

}  // namespace drover::carbon
