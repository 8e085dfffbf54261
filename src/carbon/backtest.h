// Rolling-origin evaluation: forecasts issued in the past, each from what lay before it, scored on
// what then came. Protocol: docs/models/forecasters.md.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "carbon/forecaster.h"
#include "carbon/scores.h"

namespace drover::carbon {

struct BacktestModel {
  std::string name;
  std::shared_ptr<const Forecaster> forecaster;
};

struct BacktestOptions {
  Instant from;  // issue times: from, from + every, ... before to
  Instant to;
  Duration every = std::chrono::hours{24};
  std::size_t leads = 96;
  // A model is fitted anew for an hour of day when its last fit for that hour is this old.
  Duration refit = std::chrono::hours{24};
};

struct ModelScore {
  std::string name;
  std::vector<ErrorSums> days;  // by lead day
  ErrorSums all;
  std::int64_t fallbacks = 0;  // issues at which a simpler model took over
  // What it expected: issues x leads, NaN for an issue that is not scored.
  std::vector<float> means;
};

struct ZoneScore {
  ZoneId zone;
  std::int64_t issues = 0;   // scored: all models (and the foreign forecasts) have one
  std::int64_t skipped = 0;  // left out for all models alike
  std::string why_skipped;   // of the last one
  std::vector<ModelScore> models;
  std::vector<float> truth;  // issues x leads, NaN where unknown
};

inline constexpr std::string_view kExternalModel = "external";

// Scores every model on identical issues and hours. `foreign` is scored too, as model "external",
// when it is not empty: of an issue time that it lacks nothing is scored for anybody. `done` is
// called after each issue. Pure.
Result<ZoneScore> backtest(const Series& actual, const std::vector<BacktestModel>& models,
                           const std::vector<ProviderForecast>& foreign,
                           const BacktestOptions& options, const std::function<void()>& done);

// The share of hours of lead day `day` (from 0) in which model `model` names the zone that truly
// has the lowest intensity; absent when nothing can be compared. All scores are of the same
// options.
std::optional<double> right_zone_share(const std::vector<ZoneScore>& zones, std::size_t model,
                                       std::size_t leads, std::size_t day);

}  // namespace drover::carbon
