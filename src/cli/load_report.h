// What a load run reports, as values, as JSON (docs/formats/load.md) and as a few lines for people.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "base/time.h"
#include "cli/load_histogram.h"
#include "cli/load_stats.h"

namespace drover::cli {

struct ClientReport {
  std::string name;
  std::int64_t operations = 0;
  std::int64_t errors = 0;  // failed requests and wrong answers
  std::int64_t reconnects = 0;
  Micros p50{0};
  Micros p99{0};
  Micros max{0};
  Micros longest_stall{0};
  std::vector<Stall> stalls;             // the listed ones, oldest first
  std::vector<std::string> error_texts;  // of the first errors
};

struct LoadReport {
  Instant started;  // of the measured part, after the data set was written
  Instant ended;
  std::vector<ClientReport> clients;
  Micros p50{0};  // over the operations of all clients
  Micros p99{0};
  std::int64_t counter = 0;     // acknowledged increments, as the final counter says
  std::int64_t lost = 0;        // acknowledged increments or written keys that are gone
  std::int64_t duplicated = 0;  // increments applied more than once
  std::int64_t corrupted = 0;   // values that are not what was written
  std::int64_t data_bytes = 0;
  std::uint64_t seed = 0;

  [[nodiscard]] std::int64_t operations() const;
  [[nodiscard]] std::int64_t errors() const;
  [[nodiscard]] std::int64_t reconnects() const;
  [[nodiscard]] Micros longest_stall() const;
  // No error, nothing lost, duplicated or corrupted.
  [[nodiscard]] bool faultless() const;
};

ClientReport report_of(const ClientStats& stats);

nlohmann::json to_json(const LoadReport& report);
nlohmann::json to_json(const Stall& stall);
Result<LoadReport> parse_load_report(std::string_view text);
Result<Stall> parse_stall(const nlohmann::json& json);

// "writer   52000 operations  p50 0.08 ms …", one line per client, then the totals.
std::string to_text(const LoadReport& report);

double to_ms(Micros span);

}  // namespace drover::cli
