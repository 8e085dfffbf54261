#include "carbon/hourly_model.h"

#include <algorithm>
#include <utility>

namespace drover::carbon {
namespace {

constexpr Duration kHour = std::chrono::hours{1};

// How many hours cover `leads` steps.
std::size_t hours_for(std::size_t leads, Duration step) {
  return static_cast<std::size_t>((step * static_cast<Duration::rep>(leads) + kHour - Duration{1}) /
                                  kHour);
}

// One value a step, of the hour in which the step begins.
std::vector<Intensity> per_step(const std::vector<double>& hourly, std::size_t leads,
                                Duration step) {
  std::vector<Intensity> values;
  for (std::size_t lead = 0; !hourly.empty() && lead < leads; ++lead) {
    const auto hour = static_cast<std::size_t>(step * static_cast<Duration::rep>(lead) / kHour);
    values.push_back(Intensity::grams_per_kwh(std::max(hourly[hour], 0.0)));
  }
  return values;
}

class FittedHourly final : public FittedModel {
 public:
  FittedHourly(std::string name, Result<std::shared_ptr<const HourlyModel>> model,
               std::shared_ptr<const Forecaster> simpler)
      : name_(std::move(name)), model_(std::move(model)), simpler_(std::move(simpler)) {}

  [[nodiscard]] Result<Forecast> predict(const History& history, std::size_t leads) const override {
    return model_
        .and_then([&](const std::shared_ptr<const HourlyModel>& model) {
          return hours_of(history.series()).and_then([&](const Hours& hours) {
            return model->predict(hours, hours_for(leads, history.series().step));
          });
        })
        .transform([&](const HourlyForecast& hourly) { return named(hourly, history, leads); })
        .or_else([&](const Error& why) { return predict_simpler(history, leads, why); });
  }

 private:
  [[nodiscard]] Forecast named(const HourlyForecast& hourly, const History& history,
                               std::size_t leads) const {
    const Duration step = history.series().step;
    Forecast forecast = {.zone = history.series().zone,
                         .issued = history.issued(),
                         .step = step,
                         .mean = per_step(hourly.mean, leads, step),
                         .low = per_step(hourly.low, leads, step),
                         .high = per_step(hourly.high, leads, step),
                         .model = name_,
                         .fallback = {}};
    for (std::size_t lead = 0; lead < forecast.low.size(); ++lead) {
      forecast.low[lead] = std::min(forecast.low[lead], forecast.mean[lead]);
      forecast.high[lead] = std::max(forecast.high[lead], forecast.mean[lead]);
    }
    return forecast;
  }

  [[nodiscard]] Result<Forecast> predict_simpler(const History& history, std::size_t leads,
                                                 const Error& why) const {
    if (simpler_ == nullptr) {
      return std::unexpected(why);
    }
    return simpler_->predict(history, leads).transform([&](Forecast forecast) {
      say_fallback(forecast, why.what);
      return forecast;
    });
  }

  std::string name_;
  Result<std::shared_ptr<const HourlyModel>> model_;  // or why there is none
  std::shared_ptr<const Forecaster> simpler_;         // learns when it is needed
};

}  // namespace

Result<std::shared_ptr<const FittedModel>> HourlyForecaster::fit(const History& history,
                                                                 std::size_t leads) const {
  auto learned = hours_of(history.series()).and_then([&](const Hours& hours) {
    return learn_(hours, hours_for(leads, history.series().step));
  });
  return std::make_shared<const FittedHourly>(name_, std::move(learned), simpler_);
}

}  // namespace drover::carbon
