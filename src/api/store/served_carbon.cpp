#include "api/store/served_carbon.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <format>

#include "carbon/known.h"
#include "carbon/registry.h"

namespace drover::api {
namespace {

constexpr std::size_t kConnections = 8;
constexpr std::size_t kForecasts = 512;
constexpr Duration kZonesLifetime = std::chrono::seconds{5};
constexpr Duration kForecastLifetime = std::chrono::seconds{60};

// Forecasts are made for a few lengths only, so that those who ask for 24 and for 36 hours share
// one.
std::size_t rounded_up(std::size_t leads) {
  constexpr std::array<std::size_t, 4> kLengths = {96, 168, 336, 744};
  const auto* length = std::ranges::lower_bound(kLengths, leads);
  return length == kLengths.end() ? leads : *length;
}

carbon::SeriesQuery meant(const ForecastQuery& query) {
  const auto& series = query.series;
  return {.zone = series.zone,
          .kind = series.kind,
          .scope = series.scope,
          .basis = series.basis,
          .source = series.source,
          .known_at = query.known_at,
          .from = {},
          .to = {}};
}

std::string key_of(const ForecastQuery& query) {
  const auto& series = query.series;
  return std::format("{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}", series.zone, to_string(series.kind),
                     to_string(series.scope), to_string(series.basis), series.source,
                     format_time(query.at), query.known_at ? format_time(*query.known_at) : "",
                     query.leads, query.model);
}

// A model that has too little to go on says kInvalid; here it is the data's state, not the
// request's fault.
Error no_forecast(Error error) {
  error.code = error.code == Code::kInvalid ? Code::kConflict : error.code;
  return error;
}

}  // namespace

ServedCarbon::ServedCarbon(OpenStore open, const Clock& real)
    : stores_(std::move(open), kConnections),
      zones_(real, {.most = 1, .lifetime = kZonesLifetime}),
      forecasts_(real, {.most = kForecasts, .lifetime = kForecastLifetime}) {}

Result<Zones> ServedCarbon::zones() {
  return zones_.get("", [&]() -> Result<Zones> {
    return stores_.lend()
        .and_then([](const StorePool::Lease& store) { return store->zones(); })
        .transform([](std::vector<carbon::ZoneSummary> zones) {
          return std::make_shared<const std::vector<carbon::ZoneSummary>>(std::move(zones));
        });
  });
}

Result<carbon::Series> ServedCarbon::read(const carbon::SeriesQuery& query) {
  return stores_.lend().and_then([&](const StorePool::Lease& store) { return store->read(query); });
}

Result<std::shared_ptr<const IssuedForecast>> ServedCarbon::forecast(const ForecastQuery& query) {
  ForecastQuery shared = query;
  shared.leads = rounded_up(query.leads);
  shared.model = query.model.empty() ? std::string(carbon::default_forecaster()) : query.model;
  return forecasts_.get(key_of(shared), [&] { return issue(shared); });
}

Result<std::shared_ptr<const IssuedForecast>> ServedCarbon::issue(const ForecastQuery& query) {
  const auto model = carbon::make_forecaster(query.model);
  if (!model) {
    return std::unexpected(model.error());
  }
  if (query.at <= query.series.first) {
    return conflict(std::format("no forecast of zone {} can be issued at {}: its data begin at {}",
                                query.series.zone, format_time(query.at),
                                format_time(query.series.first)));
  }
  auto history = stores_.lend().and_then([&](const StorePool::Lease& store) {
    return carbon::history_before(*store, meant(query), query.at);
  });  // the connection is free again: fitting takes a while
  return std::move(history).and_then([&](const carbon::History& known) {
    return (*model)
        ->predict(known, query.leads)
        .transform([&](carbon::Forecast forecast) {
          return std::make_shared<const IssuedForecast>(std::move(forecast),
                                                        known.series().without_values());
        })
        .transform_error(no_forecast);
  });
}

}  // namespace drover::api
