// Where the API's answers come from: everything that it knows of carbon.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "carbon/forecast.h"
#include "carbon/store.h"

namespace drover::api {

using Zones = std::shared_ptr<const std::vector<carbon::ZoneSummary>>;

struct ForecastQuery {
  carbon::ZoneSummary series;  // one of zones()
  Instant at;                  // issue time, on a step of the series
  std::size_t leads = 0;       // steps ahead
  std::string model;           // empty: the default
  // Use only what was known at this moment; absent: all that is known of the steps before `at`.
  std::optional<Instant> known_at;
};

struct IssuedForecast {
  carbon::Forecast forecast;
  carbon::Series quantity;  // of what; without values
};

// Thread-safe. Readers of a series never wait for a forecast that is being made for others.
class CarbonData {
 public:
  virtual ~CarbonData() = default;
  // Sorted by zone, kind, scope, basis, source. May be some seconds old.
  virtual Result<Zones> zones() = 0;
  // As carbon::Store::read.
  virtual Result<carbon::Series> read(const carbon::SeriesQuery& query) = 0;
  // Of at least as many leads as asked for. kNotFound for an unknown model, kConflict when the
  // zone's history before `at` carries no forecast, with the reason.
  virtual Result<std::shared_ptr<const IssuedForecast>> forecast(const ForecastQuery& query) = 0;
};

// Which of a zone's series a request means.
struct Quantity {
  carbon::Kind kind = carbon::Kind::kAverage;
  carbon::Scope scope = carbon::Scope::kDirect;
  std::optional<carbon::Basis> basis;  // absent: whichever there is
  std::string source;                  // empty: whichever there is
};

// What every answer is made from.
struct Asked {
  CarbonData& data;
  Instant now;         // nothing later is known, only forecast
  Quantity otherwise;  // where a request does not say
};

}  // namespace drover::api
