// Reads carbon intensity from CSV: wide files (one column per zone) and Electricity Maps exports.
// Accepted headers, fields and limits: docs/formats/carbon-csv.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "carbon/series.h"

namespace drover::carbon {

struct CsvOptions {
  std::optional<Scope>
      scope;  // wins over the file name; an Electricity Maps file without it gives both scopes
  std::optional<ZoneId> zone;  // only this zone; it also names the zone of a file that does not
  std::string source;          // provenance to record; empty: the format's own name
  bool prefer_last =
      false;  // of two different values for one hour take the later line; otherwise an error
};

struct CsvContent {
  std::string_view format;      // "wide" or "electricitymaps"
  std::vector<Series> series;   // sorted by zone, then scope; equal steps, absent hours are gaps
  std::int64_t duplicates = 0;  // rows that only repeat an hour of the same zone
  std::int64_t estimated = 0;   // values that the provider marks as estimated, not measured
};

// Parses a whole file or nothing: the first bad line is an error "file:line, column: value, way
// out". Never crashes, whatever the bytes. `file` is used in messages and, for wide files, its name
// part tells the scope.
Result<CsvContent> parse_carbon_csv(std::string_view text, const std::string& file,
                                    const CsvOptions& options);

Result<CsvContent> read_carbon_csv(const std::string& path, const CsvOptions& options);

}  // namespace drover::carbon
