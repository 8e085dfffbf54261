// Forecasters see what was known before their issue time and nothing else: a History ends there.
#pragma once

#include <memory>
#include <string_view>

#include "carbon/forecast.h"
#include "carbon/history.h"

namespace drover::carbon {

// A model with its parameters, as learnt from one History. Pure; thread-safe.
class FittedModel {
 public:
  virtual ~FittedModel() = default;
  // kInvalid when the history is too short or ends in nothing but gaps. `history` may be newer than
  // the one learnt from.
  [[nodiscard]] virtual Result<Forecast> predict(const History& history,
                                                 std::size_t leads) const = 0;
};

// Pure; thread-safe.
class Forecaster {
 public:
  virtual ~Forecaster() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;
  // Learns for forecasts issued at the hour of day at which `history` ends.
  [[nodiscard]] virtual Result<std::shared_ptr<const FittedModel>> fit(const History& history,
                                                                       std::size_t leads) const = 0;

  // Learns and predicts at once.
  [[nodiscard]] Result<Forecast> predict(const History& history, std::size_t leads) const {
    return fit(history, leads).and_then([&](const std::shared_ptr<const FittedModel>& model) {
      return model->predict(history, leads);
    });
  }
};

}  // namespace drover::carbon
