// Forecasts read off a table: perfect knowledge, with holes on demand.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "control/forecast_source.h"

namespace drover::control::testing {

class TableForecasts final : public ForecastSource {
 public:
  // intensities[zone][hour since start], in gCO2eq/kWh.
  TableForecasts(Instant start, std::map<ZoneId, std::vector<double>> intensities)
      : start_(start), intensities_(std::move(intensities)) {}

  // Hourly, up to the horizon or the table's end. A zone that is not in the table, or past its end,
  // is missing.
  Result<Forecasts> issue(const ForecastRequest& request) override;

  [[nodiscard]] const std::map<ZoneId, std::vector<double>>& table() const { return intensities_; }

  std::map<ZoneId, std::string> broken;     // zone -> why it is missing
  std::map<ZoneId, std::string> fallbacks;  // zone -> Forecast::fallback
  std::optional<Error> error;               // of every request

 private:
  Instant start_;
  std::map<ZoneId, std::vector<double>> intensities_;
};

}  // namespace drover::control::testing
