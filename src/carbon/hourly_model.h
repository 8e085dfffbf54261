// The frame of the models that compute on whole hours: they learn from Hours and predict numbers;
// the frame converts, names, falls back to a simpler model and clips at 0.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "carbon/forecaster.h"
#include "carbon/hours.h"

namespace drover::carbon {

// g/kWh by lead. low and high may be empty: no interval known.
struct HourlyForecast {
  std::vector<double> mean;
  std::vector<double> low;
  std::vector<double> high;
};

class HourlyModel {
 public:
  virtual ~HourlyModel() = default;
  // kInvalid when the last hours are too incomplete.
  [[nodiscard]] virtual Result<HourlyForecast> predict(const Hours& known,
                                                       std::size_t leads) const = 0;
};

// Pure and thread-safe. kInvalid when there is too little to learn from.
using Learn = std::function<Result<std::shared_ptr<const HourlyModel>>(const Hours& known,
                                                                       std::size_t leads)>;

class HourlyForecaster final : public Forecaster {
 public:
  // `simpler` takes over where learning or predicting fails, and the forecast says why.
  HourlyForecaster(std::string name, Learn learn, std::shared_ptr<const Forecaster> simpler)
      : name_(std::move(name)), learn_(std::move(learn)), simpler_(std::move(simpler)) {}
  [[nodiscard]] std::string_view name() const override { return name_; }
  [[nodiscard]] Result<std::shared_ptr<const FittedModel>> fit(const History& history,
                                                               std::size_t leads) const override;

 private:
  std::string name_;
  Learn learn_;
  std::shared_ptr<const Forecaster> simpler_;
};

// For models whose parameters are constants.
template <class Predict>
Learn nothing_to_learn(Predict predict) {
  class Model final : public HourlyModel {
   public:
    explicit Model(Predict of) : predict_(std::move(of)) {}
    [[nodiscard]] Result<HourlyForecast> predict(const Hours& known,
                                                 std::size_t leads) const override {
      return predict_(known, leads);
    }

   private:
    Predict predict_;
  };
  return [model = std::make_shared<const Model>(std::move(predict))](
             const Hours& /*known*/,
             std::size_t /*leads*/) -> Result<std::shared_ptr<const HourlyModel>> { return model; };
}

}  // namespace drover::carbon
