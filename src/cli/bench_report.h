// What `drover bench migration` measured, as values, JSON (docs/formats/bench.md) and a table.
// Pure.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "cli/demo_report.h"

namespace drover::cli {

inline constexpr std::string_view kDroverMethod = "drover";
inline constexpr std::string_view kByHandMethod = "runc by hand";

// One migration as seen from outside.
struct BenchRun {
  std::vector<PhaseSpan> phases;
  double stall_ms = 0;  // longest silence of a client
  std::int64_t bytes = 0;
  std::int64_t errors = 0;  // of the clients, broken connections included
  std::int64_t reconnects = 0;
};

struct BenchCase {
  std::string method;
  double memory_mib = 0;
  std::vector<BenchRun> runs;
};

struct Machine {
  std::string kernel;
  unsigned cores = 0;
  std::string criu;
  std::string runc;
};

struct BenchReport {
  Machine machine;
  std::vector<BenchCase> cases;  // by size, then method
};

struct Spread {
  double median = 0;
  double least = 0;
  double most = 0;
};

// All zero for no value; the mean of the two middle ones for an even number.
Spread spread_of(std::vector<double> values);

double total_ms(const BenchRun& run);   // begin to end of the last phase
double frozen_ms(const BenchRun& run);  // the workload stood still

nlohmann::json to_json(const BenchReport& report);
std::string to_text(const BenchReport& report);

}  // namespace drover::cli
