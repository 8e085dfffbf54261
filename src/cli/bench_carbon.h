// `drover bench carbon`: importing, refitting and querying, beside the same ridge in NumPy. Report:
// docs/formats/bench.md.
#pragma once

#include "cli/command.h"

namespace drover::cli {

struct CarbonBenchSettings {
  int zones = 121;        // to fit
  int store_zones = 200;  // in the large store
  int store_years = 10;
  std::string numpy;  // the script; empty: no baseline
  std::string json;
};

void add_bench_carbon(CLI::App& app, CarbonBenchSettings& settings);
Result<int> run_bench_carbon(const CarbonBenchSettings& settings);

}  // namespace drover::cli
