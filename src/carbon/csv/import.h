// Reads carbon intensity from CSV: what was, and what others expect. The header tells the format.
// Accepted headers, fields and limits: docs/formats/carbon-csv.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "carbon/forecast.h"
#include "carbon/series.h"

namespace drover::carbon {

struct CsvOptions {
  std::optional<Scope>
      scope;  // wins over the file name; an Electricity Maps file without it gives both scopes
  std::optional<ZoneId> zone;  // only this zone; it also names the zone of a file that does not
  std::string source;          // provenance to record; empty: the format's own name
  bool prefer_last =
      false;  // of two different values for one hour take the later line; otherwise an error
  std::optional<Basis> basis;  // of a file that does not say; another one than it says is an error
  bool skip_bad = false;       // leave bad lines out and list them; otherwise the first is an error
};

struct SkippedLine {
  std::size_t line = 0;
  std::string reason;  // the error that it would have been
};

struct CsvContent {
  std::string_view format;                  // its name in the table of docs/formats/carbon-csv.md
  std::vector<Series> series;               // sorted by zone, scope, kind, basis, source
  std::vector<ProviderForecast> forecasts;  // sorted by issue time, one per issue
  std::int64_t duplicates = 0;              // rows that only repeat an hour of the same zone
  std::int64_t estimated = 0;     // values that the provider marks as estimated, not measured
  std::int64_t clipped = 0;       // negative forecasts that became 0
  std::int64_t blank_issues = 0;  // forecasts without any value, left out
  std::int64_t skipped = 0;       // lines left out by skip_bad
  std::vector<SkippedLine> skipped_lines;  // the first kMaxListed of them
};

inline constexpr std::size_t kMaxListed = 20;

// Parses a whole file or nothing: the first bad line is an error "file:line, column: value, way
// out", unless skip_bad. Never crashes, whatever the bytes. `file` is used in messages, and where a
// format names scope or zone only there, its name part is read.
Result<CsvContent> parse_carbon_csv(std::string_view text, const std::string& file,
                                    const CsvOptions& options);

Result<CsvContent> read_carbon_csv(const std::string& path, const CsvOptions& options);

// Every format, for a message that lists what is known: "'datetime_utc' and one column per zone".
std::vector<std::string_view> known_csv_formats();

}  // namespace drover::carbon
