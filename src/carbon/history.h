// What was known of a zone before a moment: all that a forecaster is ever given. It can only be
// made by cutting, so no forecaster can see past its issue time.
#pragma once

#include <vector>

#include "carbon/forecast.h"

namespace drover::carbon {

class History {
 public:
  // Cuts `known` at `issued`; a zone whose data end before is padded with gaps. Of the foreign
  // forecasts those issued later are dropped. kInvalid when `issued` is not on a step.
  static Result<History> before(const Series& known, Instant issued,
                                const std::vector<ProviderForecast>& foreign = {});

  // Ends at issued(), whatever is known: the last value is that of the step before lead 0.
  [[nodiscard]] const Series& series() const { return series_; }
  // In the order of their issue; none was issued after issued().
  [[nodiscard]] const std::vector<ProviderForecast>& foreign() const { return foreign_; }
  [[nodiscard]] Instant issued() const { return series_.end(); }

 private:
  History(Series series, std::vector<ProviderForecast> foreign)
      : series_(std::move(series)), foreign_(std::move(foreign)) {}

  Series series_;
  std::vector<ProviderForecast> foreign_;
};

}  // namespace drover::carbon
