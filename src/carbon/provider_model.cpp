#include "carbon/provider_model.h"

#include <algorithm>
#include <format>
#include <ranges>
#include <utility>
#include <vector>

#include "carbon/conformal.h"

namespace drover::carbon {
namespace {

constexpr Duration kFreshFor = std::chrono::hours{6};
constexpr std::size_t kScored = 120;

// The newest forecast that says something of `history`'s future.
Result<const ProviderForecast*> newest(const History& history) {
  const auto& all = history.foreign();
  if (all.empty()) {
    return invalid(std::format("no provider's forecast of zone {} was issued before {}",
                               history.series().zone, format_time(history.issued())));
  }
  const ProviderForecast& last = all.back();
  if (history.issued() - last.issued > kFreshFor) {
    return invalid(std::format("the newest provider's forecast of zone {} is of {}, older than 6 h",
                               history.series().zone, format_time(last.issued)));
  }
  return check_same_quantity(last.values, history.series()).transform([&] { return &last; });
}

std::vector<std::vector<double>> past_errors(const History& history, std::size_t leads) {
  const Series& known = history.series();
  std::vector<std::vector<double>> errors(leads);
  for (const auto& one : history.foreign() | std::views::reverse | std::views::take(kScored)) {
    for (std::size_t lead = 0; lead < leads; ++lead) {
      const Instant at = one.issued + known.step * static_cast<Duration::rep>(lead);
      const auto truth = known.at(at);
      const auto expected = one.values.at(at);
      if (truth && expected) {
        errors[lead].push_back((*truth - *expected).grams_per_kwh());
      }
    }
  }
  return errors;
}

class FittedProvider final : public FittedModel {
 public:
  FittedProvider(Band band, std::shared_ptr<const FittedModel> simpler)
      : band_(std::move(band)), simpler_(std::move(simpler)) {}

  [[nodiscard]] Result<Forecast> predict(const History& history, std::size_t leads) const override {
    const auto theirs = newest(history);
    auto ours = simpler_->predict(history, leads);
    if (!ours) {
      return theirs ? whole(**theirs, history, leads) : ours;
    }
    if (!theirs) {
      say_fallback(*ours, theirs.error().what);
      return ours;
    }
    overlay(**theirs, *ours);
    return ours;
  }

 private:
  // Without a model of our own: only when they know every lead.
  [[nodiscard]] Result<Forecast> whole(const ProviderForecast& theirs, const History& history,
                                       std::size_t leads) const {
    Forecast forecast = {.zone = history.series().zone,
                         .issued = history.issued(),
                         .step = history.series().step,
                         .mean = std::vector<Intensity>(leads),
                         .low = std::vector<Intensity>(leads),
                         .high = std::vector<Intensity>(leads),
                         .model = "provider",
                         .fallback = {}};
    const std::size_t missing = overlay(theirs, forecast);
    if (missing > 0) {
      return invalid(std::format("the provider's forecast of zone {} lacks {} of {} steps",
                                 forecast.zone, missing, leads));
    }
    return forecast;
  }

  // Puts their values where they have some; returns how many leads they lack.
  std::size_t overlay(const ProviderForecast& theirs, Forecast& forecast) const {
    std::size_t missing = 0;
    for (std::size_t lead = 0; lead < forecast.mean.size(); ++lead) {
      const auto value =
          theirs.values.at(forecast.issued + forecast.step * static_cast<Duration::rep>(lead));
      if (!value) {
        ++missing;
        continue;
      }
      forecast.mean[lead] = *value;
      if (lead < forecast.low.size()) {
        const double grams = value->grams_per_kwh();
        const bool known = lead < band_.low.size();
        forecast.low[lead] =
            Intensity::grams_per_kwh(std::max(grams + (known ? band_.low[lead] : 0.0), 0.0));
        forecast.high[lead] = Intensity::grams_per_kwh(grams + (known ? band_.high[lead] : 0.0));
      }
    }
    if (missing > 0) {
      forecast.fallback =
          std::format("the provider has no value for {} of {} steps; those are by {}", missing,
                      forecast.mean.size(), forecast.model);
    }
    forecast.model = "provider";
    return missing;
  }

  Band band_;
  std::shared_ptr<const FittedModel> simpler_;
};

}  // namespace

Result<std::shared_ptr<const FittedModel>> ProviderModel::fit(const History& history,
                                                              std::size_t leads) const {
  return simpler_->fit(history, leads).transform([&](std::shared_ptr<const FittedModel> simpler) {
    return std::make_shared<const FittedProvider>(
        conformal_band(past_errors(history, leads), kIntervalLevel), std::move(simpler));
  });
}

}  // namespace drover::carbon
