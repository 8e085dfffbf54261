// The verbs of `drover carbon` once their options are read. Each prints and returns an exit code.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "carbon/store.h"

namespace drover::cli {

// Of all; each uses its part.
struct CarbonSettings {
  std::vector<std::string> files;
  std::string store;
  std::string scope;
  std::string basis;
  std::string issued;  // when a file of forecasts was received
  std::string step;
  std::string zone;
  std::string source;
  std::string from;
  std::string to;
  std::string model;
  std::vector<std::string> zones;
  std::vector<std::string> models = {"all"};
  std::string issue_hour = "0";
  std::string external;  // folder of foreign forecasts
  std::string report;    // file for JSON
  std::string plot;      // .svg or .png
  std::string config;    // of providers
  std::string every;     // fetch again and again
  int hours = 24;
  std::uint64_t seed = 1;
  bool prefer_last = false;
  bool skip_bad = false;
  bool synthetic = false;
  bool json = false;
};

// --scope; direct when it is not given.
Result<carbon::Scope> scope_of(const CarbonSettings& settings);
// --basis; absent when it is not given.
Result<std::optional<carbon::Basis>> basis_of(const CarbonSettings& settings);

Result<int> run_carbon_fetch(const CarbonSettings& settings);
Result<int> run_carbon_import(const CarbonSettings& settings);
Result<int> run_carbon_list(const CarbonSettings& settings);
Result<int> run_carbon_show(const CarbonSettings& settings);
Result<int> run_carbon_forecast(const CarbonSettings& settings);
Result<int> run_carbon_backtest(const CarbonSettings& settings);

}  // namespace drover::cli
