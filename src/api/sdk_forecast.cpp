#include "api/sdk_forecast.h"

#include <format>

#include "api/forecast.h"
#include "api/limits.h"
#include "api/sdk.h"
#include "api/series.h"
#include "carbon/synthetic.h"

namespace drover::api {
namespace {

// Both ends lie in the forecast, in their order.
Answer<void> check_bounds(const SdkForecastQuery& query, const ZoneForecast& forecast,
                          const std::string& where) {
  const Instant first = forecast.forecast().issued;
  const Instant last = forecast.end();
  const auto outside = [&](const std::optional<Instant>& at) {
    return at && (*at < first || *at > last);
  };
  const auto refuse = [&](const char* name, Instant at) {
    return bad_parameter(where + name,
                         std::format("{} lies outside of the forecast, {} to {}", format_time(at),
                                     format_time(first), format_time(last)));
  };
  if (outside(query.start)) {
    return refuse("dataStartAt", *query.start);
  }
  if (outside(query.end)) {
    return refuse("dataEndAt", *query.end);
  }
  if (query.end.value_or(last) <= query.start.value_or(first)) {
    return bad_parameter(
        where + "dataEndAt",
        std::format("{} does not lie after dataStartAt ({})", format_time(query.end.value_or(last)),
                    format_time(query.start.value_or(first))));
  }
  return {};
}

SdkForecast describe(const Asked& asked, const SdkForecastQuery& query,
                     const ZoneForecast& forecast) {
  const auto& own = forecast.forecast();
  SdkForecast out{.location = query.location,
                  .generated_at = own.issued,
                  .requested_at = query.requested_at.value_or(asked.now),
                  .start = query.start.value_or(own.issued),
                  .end = query.end.value_or(forecast.end()),
                  .window = query.window.value_or(own.step),
                  .data = {},
                  .optimal = {},
                  .synthetic = carbon::is_synthetic(own.zone)};
  out.data = rolling_means(
      own, {.leads = forecast.leads, .from = out.start, .to = out.end, .window = query.window});
  out.optimal = lowest(out.data);
  return out;
}

Answer<SdkForecast> answer(const Asked& asked, const SdkForecastQuery& query,
                           const std::string& where) {
  const Instant at = query.requested_at.value_or(asked.now);
  if (at > asked.now) {
    return bad_parameter(
        where + "requestedAt",
        std::format("{} lies after now ({})", format_time(at), format_time(asked.now)));
  }
  return find_series(asked,
                     {.parameter = where + "location",
                      .zone = query.location,
                      .unknown_status = kBadRequest},
                     asked.otherwise)
      .and_then([&](const carbon::ZoneSummary& series) {
        return issue(asked, series, {.at = at, .hours = kSdkForecastHours, .model = ""},
                     kNotImplemented);
      })
      .and_then([&](const ZoneForecast& forecast) {
        return check_bounds(query, forecast, where).transform([&] {
          return describe(asked, query, forecast);
        });
      });
}

Answer<SdkForecastQuery> read_query(const Parameters& parameters) {
  const auto start = parameters.time("dataStartAt");
  const auto end = parameters.time("dataEndAt");
  const auto minutes = parameters.whole("windowSize", {.least = 0, .most = kMaxForecastHours * 60});
  if (!start || !end) {
    return std::unexpected(start ? end.error() : start.error());
  }
  return minutes
      .and_then([](const std::optional<std::int64_t>& given) {
        return window_of("windowSize", given.value_or(0));
      })
      .transform([&](std::optional<Duration> window) {
        return SdkForecastQuery{
            .location = {}, .start = *start, .end = *end, .window = window, .requested_at = {}};
      });
}

}  // namespace

Answer<std::optional<Duration>> window_of(const std::string& name, std::int64_t minutes) {
  constexpr std::int64_t kMost = kMaxForecastHours * 60;
  if (minutes < 0 || minutes > kMost) {
    return bad_parameter(
        name, std::format("'{}' is not a number of minutes from 0 to {}", minutes, kMost));
  }
  return minutes == 0 ? std::nullopt : std::optional<Duration>(std::chrono::minutes{minutes});
}

Answer<std::vector<SdkForecast>> current_forecasts(const Asked& asked,
                                                   const Parameters& parameters) {
  auto query = read_query(parameters);
  const auto names = read_locations(parameters);
  if (!query || !names) {
    return std::unexpected(query ? names.error() : query.error());
  }
  std::vector<SdkForecast> all;
  for (const auto& name : *names) {
    query->location = name;
    auto one = answer(asked, *query, "");
    if (!one) {
      return std::unexpected(one.error());
    }
    all.push_back(*std::move(one));
  }
  return all;
}

Answer<std::vector<SdkForecast>> past_forecasts(const Asked& asked,
                                                const std::vector<SdkForecastQuery>& queries) {
  std::vector<SdkForecast> all;
  for (std::size_t i = 0; i < queries.size(); ++i) {
    auto one = answer(asked, queries[i], std::format("[{}].", i));
    if (!one) {
      return std::unexpected(one.error());
    }
    all.push_back(*std::move(one));
  }
  return all;
}

}  // namespace drover::api
