#include "api/store/served_carbon.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <format>

#include "carbon/registry.h"

namespace drover::api {
namespace {

constexpr std::size_t kConnections = 8;
constexpr std::size_t kForecasts = 512;
constexpr Duration kZonesLifetime = std::chrono::seconds{5};
constexpr Duration kForecastLifetime = std::chrono::seconds{60};
constexpr Duration kHistory = std::chrono::days{803};  // 2.2 years: two of each season
constexpr Duration kForeign = std::chrono::days{18};  // two weeks of forecasts whose hours are over

// Forecasts are made for a few lengths only, so that those who ask for 24 and for 36 hours share
// one.
std::size_t rounded_up(std::size_t leads) {
  constexpr std::array<std::size_t, 4> kLengths = {96, 168, 336, 744};
  const auto* length = std::ranges::lower_bound(kLengths, leads);
  return length == kLengths.end() ? leads : *length;
}

carbon::SeriesQuery history_of(const ForecastQuery& query) {
  const auto& series = query.series;
  const auto steps = kHistory / series.step;
  return {.zone = series.zone,
          .kind = series.kind,
          .scope = series.scope,
          .basis = series.basis,
          .source = series.source,
          .known_at = query.known_at,
          .from = std::max(series.first, query.at - series.step * steps),
          .to = query.at};
}

// Of the series' own source when that forecasts too, else of the one source of the zone that does.
Result<std::vector<carbon::ProviderForecast>> foreign_of(carbon::Store& store,
                                                         const ForecastQuery& query) {
  carbon::SeriesQuery issued = history_of(query);
  issued.from = query.at - kForeign;
  if (query.series.forecasts == 0) {
    issued.source.clear();
  }
  return store.read_forecasts(issued).or_else(
      [](const Error& error) -> Result<std::vector<carbon::ProviderForecast>> {
        if (error.code == Code::kNotFound || error.code == Code::kConflict) {
          return {};  // nobody forecasts it, or several do and nothing says whom to take
        }
        return std::unexpected(error);
      });
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
    return store->read(history_of(query)).and_then([&](const carbon::Series& known) {
      return foreign_of(*store, query).and_then([&](const auto& foreign) {
        return carbon::History::before(known, query.at, foreign);
      });
    });
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
