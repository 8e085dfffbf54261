#include "carbon/registry.h"

#include <chrono>
#include <format>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "carbon/conformal.h"
#include "carbon/daily_shape.h"
#include "carbon/naive.h"
#include "carbon/provider_model.h"
#include "carbon/residual_ridge.h"

namespace drover::carbon {
namespace {

using Made = std::unique_ptr<Forecaster>;

// The ladder: each falls back to the next simpler one that still fits the history at hand.
Made persistence() { return std::make_unique<Persistence>(); }
Made seasonal_day() {
  return std::make_unique<SeasonalNaive>(std::chrono::hours{24}, persistence());
}
Made seasonal_week() {
  return std::make_unique<SeasonalNaive>(std::chrono::hours{168}, seasonal_day());
}
Made profile() {
  return std::make_unique<HourlyForecaster>("profile-ar", profile_ar(), seasonal_day());
}
Made regression(std::string_view name, Learn learn) {
  return std::make_unique<HourlyForecaster>(std::string(name), std::move(learn),
                                            with_intervals(profile()));
}
Made hourly(std::string_view name, Learn learn) {
  return std::make_unique<HourlyForecaster>(std::string(name), std::move(learn), seasonal_day());
}

constexpr ForecasterEntry kForecasters[] = {
    {.name = "persistence",
     .summary = "the last known value goes on",
     .make = [] { return with_intervals(persistence()); }},
    {.name = "seasonal-naive-24h",
     .summary = "the last day repeats",
     .make = [] { return with_intervals(seasonal_day()); }},
    {.name = "seasonal-naive-168h",
     .summary = "the last week repeats",
     .make = [] { return with_intervals(seasonal_week()); }},
    {.name = "climatology",
     .summary = "the mean of that hour of day over 28 days",
     .make = [] { return with_intervals(hourly("climatology", climatology())); }},
    {.name = "profile-ar",
     .summary = "the daily profile of 14 days and a decaying level",
     .make = [] { return with_intervals(profile()); }},
    {.name = "holt-winters",
     .summary = "additive exponential smoothing with 24 seasonals",
     .make = [] { return with_intervals(hourly("holt-winters", holt_winters())); }},
    {.name = "ridge",
     .summary = "a ridge regression per lead on residuals to the profile of 28 days",
     .make = [] { return regression("ridge", residual_ridge()); }},
    {.name = "robust-ridge",
     .summary = "the same in square roots, with the Huber loss and a profile that forgets",
     .make = [] { return regression("robust-ridge", robust_ridge()); }},
    {.name = "provider",
     .summary = "the grid provider's own newest forecast, where one was fetched",
     .make = []() -> Made {
       return std::make_unique<ProviderModel>(regression("robust-ridge", robust_ridge()));
     }},
};

}  // namespace

std::span<const ForecasterEntry> forecasters() { return kForecasters; }

std::string_view default_forecaster() { return "robust-ridge"; }

Result<std::unique_ptr<Forecaster>> make_forecaster(std::string_view name) {
  std::vector<std::string_view> names;
  for (const auto& entry : kForecasters) {
    if (entry.name == name) {
      return entry.make();
    }
    names.push_back(entry.name);
  }
  return not_found(std::format("unknown forecast model '{}'{}", name, suggest(name, names)));
}

Result<Forecast> issue_forecast(const Forecaster& model, const Series& known, Instant issued,
                                std::size_t leads) {
  return History::before(known, issued).and_then([&](const History& history) {
    return model.predict(history, leads);
  });
}

Result<Forecast> perfect_forecast(const Series& actual, Instant issued, std::size_t leads) {
  if (leads > static_cast<std::size_t>(kMaxSlots)) {
    return invalid(
        std::format("{} leads asked for; a series has at most {} steps", leads, kMaxSlots));
  }
  const auto window =
      slice(actual, issued, issued + actual.step * static_cast<Duration::rep>(leads));
  if (!window) {
    return std::unexpected(window.error());
  }
  Forecast forecast = {.zone = actual.zone,
                       .issued = issued,
                       .step = actual.step,
                       .mean = {},
                       .low = {},
                       .high = {},
                       .model = "perfect",
                       .fallback = {}};
  for (std::size_t lead = 0; lead < leads; ++lead) {
    if (!window->values[lead]) {
      return not_found(std::format(
          "the carbon intensity of zone {} at {} is unknown, so there is no perfect forecast",
          actual.zone, format_time(issued + actual.step * static_cast<Duration::rep>(lead))));
    }
    forecast.mean.push_back(*window->values[lead]);
  }
  return forecast;
}

}  // namespace drover::carbon
