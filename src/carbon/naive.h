// The forecasters without parameters. They are the rungs at the foot of the ladder: each falls back
// to the next simpler one, and Forecast::model and Forecast::fallback say so.
//
//   persistence       f(o+k) = y(last known hour before o), which must not be older than 24 h
//   seasonal naive S  f(o+k) = y(o - S + k mod S); hours of that season that are unknown are filled
//   as GapPolicy::kRecommended
//
// o is the issue time, k the lead. A zone whose last 24 hours are all unknown has no forecast: it
// is no candidate. Hour by hour persistence is hard to beat one hour ahead and poor half a day
// ahead, where the daily shape counts.
#pragma once

#include <memory>
#include <string>

#include "carbon/forecaster.h"

namespace drover::carbon {

class Persistence final : public Forecaster {
 public:
  [[nodiscard]] std::string_view name() const override { return "persistence"; }
  [[nodiscard]] Result<std::shared_ptr<const FittedModel>> fit(const History& history,
                                                               std::size_t leads) const override;
};

class SeasonalNaive final : public Forecaster {
 public:
  // `simpler` takes over when the last season is too incomplete.
  SeasonalNaive(Duration season, std::unique_ptr<Forecaster> simpler);
  [[nodiscard]] std::string_view name() const override { return name_; }
  [[nodiscard]] Result<std::shared_ptr<const FittedModel>> fit(const History& history,
                                                               std::size_t leads) const override;

 private:
  Duration season_;
  std::string name_;
  std::unique_ptr<Forecaster> simpler_;
};

}  // namespace drover::carbon
