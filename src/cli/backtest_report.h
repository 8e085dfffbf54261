// What `drover carbon backtest` says: a table, JSON and a plot. Format: docs/formats/backtest.md.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "carbon/backtest.h"
#include "cli/chart.h"

namespace drover::cli {

struct BacktestReport {
  carbon::BacktestOptions options;
  std::string quantity;  // "direct average, ..."
  std::string source;
  bool synthetic = false;
  std::vector<carbon::ZoneScore> zones;
};

nlohmann::ordered_json to_json(const BacktestReport& report);
// Per zone and model, then mean and median over the zones.
std::string backtest_table(const BacktestReport& report);
// Mean MAPE over the zones by lead day, a bar per model.
BarChart backtest_chart(const BacktestReport& report);

}  // namespace drover::cli
