#include "api/kubeflex.h"

#include <algorithm>
#include <cmath>
#include <format>

#include "api/forecast.h"
#include "api/limits.h"
#include "api/rolling.h"
#include "api/series.h"

namespace drover::api {
namespace {

using carbon::ZoneSummary;

constexpr Duration kHour = std::chrono::hours{1};

std::vector<ZoneId> zones_of(const std::vector<ZoneSummary>& all, const Quantity& of) {
  std::vector<ZoneId> zones;
  for (const auto& one : all) {
    if (one.kind == of.kind && one.scope == of.scope &&
        (zones.empty() || zones.back() != one.zone)) {
      zones.push_back(one.zone);
    }
  }
  return zones;
}

// Hours begin with the current one, whatever the step of the data.
Answer<std::vector<HourlyIntensity>> hourly(const Asked& asked, const ZoneSummary& series,
                                            std::int64_t hours) {
  const Instant begin = std::chrono::floor<std::chrono::hours>(asked.now);
  if (kHour % series.step != Duration{0} || (begin - series.first) % series.step != Duration{0}) {
    return std::unexpected(Failure{
        .status = kConflict,
        .detail = std::format("its steps of {} s make no whole hours", series.step.count() / 1000),
        .errors = {}});
  }
  return issue(asked, series, {.at = begin, .hours = hours, .model = ""})
      .transform([&](const ZoneForecast& forecast) {
        std::vector<HourlyIntensity> out;
        for (const auto& mean : rolling_means(
                 forecast.forecast(),
                 {.leads = forecast.leads, .from = begin, .to = forecast.end(), .window = kHour})) {
          if ((mean.from - begin) % kHour == Duration{0}) {
            out.push_back({.zone = series.zone, .hour = mean.from, .mean = mean.mean});
          }
        }
        return out;
      });
}

std::vector<HourlyIntensity> lowest_of(const KubeflexForecasts& forecasts, std::size_t hours) {
  std::vector<HourlyIntensity> best;
  for (std::size_t hour = 0; hour < hours && !forecasts.by_zone.empty(); ++hour) {
    const auto least = std::ranges::min_element(
        forecasts.by_zone, {}, [&](const auto& zone) { return zone.second[hour].mean; });
    best.push_back(least->second[hour]);
  }
  return best;
}

// A basis that differs from that of the zones before does not compare with them.
Answer<void> check_basis(const ZoneSummary& series, std::optional<carbon::Basis>& basis) {
  if (basis.value_or(series.basis) != series.basis) {
    return std::unexpected(
        Failure{.status = kConflict,
                .detail = std::format("its data are {}-based, those of the other zones {}-based",
                                      to_string(series.basis), to_string(*basis)),
                .errors = {}});
  }
  basis = series.basis;
  return {};
}

}  // namespace

Answer<KubeflexForecasts> kubeflex_forecasts(const Asked& asked, double hours) {
  if (!(hours > 0) || hours > static_cast<double>(kMaxForecastHours)) {
    return bad_parameter("duration", std::format("{} is not a number of hours above 0 and up to {}",
                                                 hours, kMaxForecastHours));
  }
  const auto whole = static_cast<std::int64_t>(std::ceil(hours));  // a last hour begun counts
  Quantity direct = asked.otherwise;
  direct.kind = carbon::Kind::kAverage;
  direct.scope = carbon::Scope::kDirect;
  const auto all = asked.data.zones();
  if (!all) {
    return std::unexpected(failure_of(all.error()));
  }
  KubeflexForecasts out;
  std::optional<carbon::Basis> basis;
  for (const auto& zone : zones_of(**all, direct)) {
    auto made = find_series(asked, {.parameter = "zone", .zone = zone.str()}, direct)
                    .and_then([&](const ZoneSummary& series) {
                      return check_basis(series, basis).and_then([&] {
                        return hourly(asked, series, whole);
                      });
                    });
    if (made) {
      out.by_zone.emplace(zone, *std::move(made));
    } else {
      out.missing.emplace(zone, made.error().detail);
    }
  }
  out.lowest = lowest_of(out, static_cast<std::size_t>(whole));
  return out;
}

}  // namespace drover::api
