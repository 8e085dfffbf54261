#include "api/forecast.h"

#include <chrono>
#include <format>

#include "api/limits.h"
#include "api/series.h"

namespace drover::api {
namespace {

// A last step begun counts.
std::size_t leads_of(const carbon::ZoneSummary& series, std::int64_t hours) {
  const Duration ahead = std::chrono::hours{hours};
  return static_cast<std::size_t>((ahead + series.step - Duration{1}) / series.step);
}

// A forecast that could have been issued in the past is made of what was known then. The current
// one takes whatever has come in since its step began.
std::optional<Instant> known_at(const Asked& asked, const carbon::ZoneSummary& series, Instant at) {
  return step_begin(series, at) == step_begin(series, asked.now) ? std::nullopt : std::optional(at);
}

Answer<Issue> read_issue(const Asked& asked, const Parameters& parameters) {
  const auto at = parameters.time("at");
  const auto hours = parameters.whole("hours", {.least = 1, .most = kMaxForecastHours});
  const auto model = parameters.text("model");
  if (!at || !hours) {
    return std::unexpected(at ? hours.error() : at.error());
  }
  if (!model) {
    return std::unexpected(model.error());
  }
  return Issue{.at = at->value_or(asked.now),
               .hours = hours->value_or(kDefaultForecastHours),
               .model = model->value_or("")};
}

}  // namespace

Answer<ZoneForecast> issue(const Asked& asked, const carbon::ZoneSummary& series,
                           const Issue& wanted, int no_forecast) {
  if (wanted.at > asked.now) {
    return bad_parameter(
        "at", std::format("{} lies after now, {}", format_time(wanted.at), format_time(asked.now)));
  }
  const std::size_t leads = leads_of(series, wanted.hours);
  if (leads > static_cast<std::size_t>(kMaxValues)) {
    return bad_parameter(
        "hours", std::format("{} hours are {} values; at most {} are given at once", wanted.hours,
                             leads, kMaxValues));
  }
  return asked.data
      .forecast({.series = series,
                 .at = step_begin(series, wanted.at),
                 .leads = leads,
                 .model = wanted.model,
                 .known_at = known_at(asked, series, wanted.at)})
      .transform([&](std::shared_ptr<const IssuedForecast> issued) {
        return ZoneForecast{.issued = std::move(issued), .leads = leads};
      })
      .transform_error([&](const Error& error) {
        Failure failure = error.code == Code::kNotFound ? failure_about("model", kBadRequest, error)
                                                        : failure_of(error);
        failure.status = error.code == Code::kConflict ? no_forecast : failure.status;
        return failure;
      });
}

Answer<ZoneForecast> zone_forecast(const Asked& asked, const std::string& zone,
                                   const Parameters& parameters) {
  const auto wanted =
      parameters.check({"at", "hours", "model", "kind", "scope", "basis", "source"}).and_then([&] {
        return read_issue(asked, parameters);
      });
  if (!wanted) {
    return std::unexpected(wanted.error());
  }
  return read_quantity(parameters, asked.otherwise)
      .and_then([&](const Quantity& of) {
        return find_series(asked, {.parameter = "zone", .zone = zone}, of);
      })
      .and_then([&](const carbon::ZoneSummary& series) { return issue(asked, series, *wanted); });
}

}  // namespace drover::api
