// A forecaster sees only what was known before its issue time: its argument ends there.
#pragma once

#include <span>
#include <string_view>

#include "carbon/forecast.h"

namespace drover::carbon {

// Pure; thread-safe. `history` ends at or before `issued`, which the caller has cut; a model can
// not look further.
class Forecaster {
 public:
  virtual ~Forecaster() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;
  // kInvalid when the history is too short or ends in nothing but gaps.
  [[nodiscard]] virtual Result<Forecast> predict(const Series& history, Instant issued,
                                                 std::size_t leads) const = 0;
};

}  // namespace drover::carbon
