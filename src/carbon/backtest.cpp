#include "carbon/backtest.h"

#include <algorithm>
#include <cmath>
#include <format>
#include <limits>
#include <map>
#include <optional>
#include <utility>

namespace drover::carbon {
namespace {

constexpr float kUnknown = std::numeric_limits<float>::quiet_NaN();

struct LastFit {
  Instant at;
  std::shared_ptr<const FittedModel> model;
};

// Runs one zone; `forecast` of all models for one issue at a time.
class Run {
 public:
  Run(const Series& actual, const std::vector<BacktestModel>& models,
      const std::vector<ProviderForecast>& foreign, const BacktestOptions& options)
      : actual_(actual),
        models_(models),
        foreign_(foreign),
        options_(options),
        fits_(models.size()) {
    for (const auto& one : foreign_) {
      foreign_at_[one.issued] = &one;
    }
    score_.zone = actual.zone;
    for (const auto& model : models_) {
      score_.models.push_back({.name = model.name, .days = {}, .all = {}, .means = {}});
    }
    if (!foreign_.empty()) {
      score_.models.push_back(
          {.name = std::string(kExternalModel), .days = {}, .all = {}, .means = {}});
    }
  }

  void issue(Instant at) {
    auto forecasts = forecasts_at(at);
    if (forecasts) {
      ++score_.issues;
    } else {
      ++score_.skipped;
      score_.why_skipped = forecasts.error().what;
    }
    for (std::size_t i = 0; i < score_.models.size(); ++i) {
      auto& means = score_.models[i].means;
      if (!forecasts) {
        means.insert(means.end(), options_.leads, kUnknown);
      } else {
        add((*forecasts)[i], score_.models[i]);
      }
    }
    for (std::size_t lead = 0; lead < options_.leads; ++lead) {
      const auto value = actual_.at(at + actual_.step * static_cast<Duration::rep>(lead));
      score_.truth.push_back(value && forecasts ? static_cast<float>(value->grams_per_kwh())
                                                : kUnknown);
    }
  }

  ZoneScore finish() { return std::move(score_); }

 private:
  Result<std::vector<Forecast>> forecasts_at(Instant at) {
    std::vector<Forecast> all;
    auto theirs = external_at(at);
    if (!foreign_.empty() && !theirs) {
      return std::unexpected(theirs.error());
    }
    const auto history = History::before(actual_, at, foreign_);
    if (!history) {
      return std::unexpected(history.error());
    }
    for (std::size_t i = 0; i < models_.size(); ++i) {
      auto forecast = fitted(i, *history).and_then([&](const auto& model) {
        return model->predict(*history, options_.leads);
      });
      if (!forecast) {
        return std::unexpected(doing(models_[i].name)(forecast.error()));
      }
      all.push_back(*std::move(forecast));
    }
    if (theirs) {
      all.push_back(*std::move(theirs));
    }
    return all;
  }

  Result<std::shared_ptr<const FittedModel>> fitted(std::size_t i, const History& history) {
    const Duration hour = history.issued().time_since_epoch() % std::chrono::hours{24};
    auto& last = fits_[i][hour];
    if (last.model != nullptr && history.issued() - last.at < options_.refit) {
      return last.model;
    }
    return models_[i].forecaster->fit(history, options_.leads).transform([&](auto model) {
      last = {.at = history.issued(), .model = std::move(model)};
      return last.model;
    });
  }

  [[nodiscard]] Result<Forecast> external_at(Instant at) const {
    const auto found = foreign_at_.find(at);
    if (found == foreign_at_.end()) {
      return not_found(std::format("no foreign forecast was issued at {}", format_time(at)));
    }
    Forecast forecast = {.zone = actual_.zone,
                         .issued = at,
                         .step = actual_.step,
                         .mean = {},
                         .low = {},
                         .high = {},
                         .model = std::string(kExternalModel),
                         .fallback = {}};
    for (std::size_t lead = 0; lead < options_.leads; ++lead) {
      const auto value =
          found->second->values.at(at + actual_.step * static_cast<Duration::rep>(lead));
      if (!value) {
        return not_found(
            std::format("the foreign forecast issued at {} lacks lead {}", format_time(at), lead));
      }
      forecast.mean.push_back(*value);
    }
    return forecast;
  }

  void add(const Forecast& forecast, ModelScore& score) const {
    const auto days = carbon::score(forecast, actual_);
    score.days.resize(std::max(score.days.size(), days.size()));
    for (std::size_t day = 0; day < days.size(); ++day) {
      score.days[day] += days[day];
      score.all += days[day];
    }
    score.fallbacks += forecast.model != score.name && score.name != kExternalModel ? 1 : 0;
    for (const Intensity mean : forecast.mean) {
      score.means.push_back(static_cast<float>(mean.grams_per_kwh()));
    }
  }

  const Series& actual_;
  const std::vector<BacktestModel>& models_;
  const std::vector<ProviderForecast>& foreign_;
  const BacktestOptions& options_;
  std::map<Instant, const ProviderForecast*> foreign_at_;
  std::vector<std::map<Duration, LastFit>> fits_;  // by model, then hour of day
  ZoneScore score_;
};

Result<> check(const Series& actual, const BacktestOptions& options) {
  if (options.to <= options.from || options.every <= Duration{0} || options.leads == 0) {
    return invalid(std::format("no issue time lies in {} to {}", format_time(options.from),
                               format_time(options.to)));
  }
  if (options.every % actual.step != Duration{0} ||
      (options.from - actual.start) % actual.step != Duration{0}) {
    return invalid(std::format("the issue times from {} on do not fall on zone {}'s steps of {}",
                               format_time(options.from), actual.zone, actual.step));
  }
  return {};
}

}  // namespace

Result<ZoneScore> backtest(const Series& actual, const std::vector<BacktestModel>& models,
                           const std::vector<ProviderForecast>& foreign,
                           const BacktestOptions& options, const std::function<void()>& done) {
  if (auto checked = check(actual, options); !checked) {
    return std::unexpected(checked.error());
  }
  Run run(actual, models, foreign, options);
  for (Instant at = options.from; at < options.to; at += options.every) {
    run.issue(at);
    done();
  }
  return run.finish();
}

std::optional<double> right_zone_share(const std::vector<ZoneScore>& zones, std::size_t model,
                                       std::size_t leads, std::size_t day) {
  constexpr std::size_t kDay = 24;
  std::int64_t right = 0;
  std::int64_t compared = 0;
  const std::size_t size = zones.empty() ? 0 : zones.front().truth.size();
  for (std::size_t i = 0; i < size; ++i) {
    if (i % leads / kDay != day) {
      continue;
    }
    std::size_t expected = 0;
    std::size_t best = 0;
    bool known = true;
    for (std::size_t z = 0; z < zones.size(); ++z) {
      const auto& means = zones[z].models[model].means;
      known = known && !std::isnan(zones[z].truth[i]) && !std::isnan(means[i]);
      expected = means[i] < zones[expected].models[model].means[i] ? z : expected;
      best = zones[z].truth[i] < zones[best].truth[i] ? z : best;
    }
    compared += known ? 1 : 0;
    right += known && zones[expected].truth[i] <= zones[best].truth[i] ? 1 : 0;
  }
  return compared > 0 ? std::optional(static_cast<double>(right) / static_cast<double>(compared))
                      : std::nullopt;
}

}  // namespace drover::carbon
