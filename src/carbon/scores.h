// How good forecasts were. e = forecast - truth, y = truth, sums over all forecast hours that
// became known:
//   MAE = mean |e|;  WAPE = sum |e| / sum y;  bias = mean e
//   MAPE = mean |e| / y over hours with y >= 1 g/kWh (near zero a ratio means nothing)
//   coverage = share of hours inside of the interval;  width = its mean width
//   rank: of the hours of one lead day the cheapest contiguous 4 h are chosen by the forecast;
//   ratio = truth of the choice / truth of the best choice, and how often it is at most 5 % above
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "carbon/forecast.h"

namespace drover::carbon {

inline constexpr double kSmallestForRatio = 1.0;  // g/kWh

struct ErrorSums {
  std::int64_t hours = 0;
  double absolute = 0;
  double signed_sum = 0;
  double truth = 0;
  std::int64_t ratio_hours = 0;
  double ratios = 0;
  std::int64_t interval_hours = 0;
  std::int64_t covered = 0;
  double width = 0;
  std::int64_t choices = 0;
  double choice_ratios = 0;
  std::int64_t good_choices = 0;

  ErrorSums& operator+=(const ErrorSums& more);
  // Absent where nothing was to be scored.
  [[nodiscard]] std::optional<double> mape() const;  // a share, not percent
  [[nodiscard]] std::optional<double> mae() const;   // g/kWh
  [[nodiscard]] std::optional<double> wape() const;
  [[nodiscard]] std::optional<double> bias() const;  // g/kWh
  [[nodiscard]] std::optional<double> coverage() const;
  [[nodiscard]] std::optional<double> mean_width() const;  // g/kWh
  [[nodiscard]] std::optional<double> rank_ratio() const;
  [[nodiscard]] std::optional<double> rank_within_5_percent() const;
};

// Of one forecast, by lead day: [0] is the first 24 hours, and so on. `truth` may have gaps, which
// are not scored; it may end early.
std::vector<ErrorSums> score(const Forecast& forecast, const Series& truth);

}  // namespace drover::carbon
