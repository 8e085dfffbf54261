#include "carbon/known.h"

#include <utility>
#include <vector>

#include "carbon/points.h"

namespace drover::carbon {
namespace {

constexpr Duration kHistory = std::chrono::days{803};  // 2.2 years: two of each season
constexpr Duration kForeign = std::chrono::days{18};  // two weeks of forecasts whose hours are over

using Forecasts = std::vector<ProviderForecast>;

Result<Forecasts> forecasts_if_any(Store& store, const SeriesQuery& query) {
  return store.read_forecasts(query).or_else([](const Error& error) -> Result<Forecasts> {
    if (error.code == Code::kNotFound || error.code == Code::kConflict) {
      return {};
    }
    return std::unexpected(error);
  });
}

Result<Forecasts> foreign_of(Store& store, SeriesQuery query, const Series& series, Instant at) {
  query.basis = series.basis;
  query.source = series.source;
  query.from = at - kForeign;
  query.to = at;
  auto own = forecasts_if_any(store, query);
  if (!own || !own->empty()) {
    return own;
  }
  query.source.clear();
  return forecasts_if_any(store, query);
}

Result<Series> at_step(Series series, std::optional<Duration> step) {
  return !step || series.step >= *step ? Result<Series>(std::move(series))
                                       : coarsened(series, *step);
}

Result<Forecasts> at_step(Forecasts forecasts, std::optional<Duration> step) {
  for (auto& forecast : forecasts) {
    auto values = at_step(std::move(forecast.values), step);
    if (!values) {
      return std::unexpected(values.error());
    }
    forecast.values = *std::move(values);
  }
  return forecasts;
}

}  // namespace

Result<History> history_before(Store& store, const SeriesQuery& what, Instant at,
                               std::optional<Duration> step) {
  SeriesQuery query = what;
  query.from = at - kHistory;
  query.to = at;
  const auto known = store.read(query);
  if (!known) {
    return std::unexpected(known.error());
  }
  const auto foreign = foreign_of(store, what, *known, at).and_then([&](Forecasts forecasts) {
    return at_step(std::move(forecasts), step);
  });
  const auto series = at_step(*known, step);
  if (!foreign || !series) {
    return std::unexpected(foreign ? series.error() : foreign.error());
  }
  return History::before(*series, at, *foreign);
}

}  // namespace drover::carbon
