// One way to read every file of carbon data that drover knows: CSV of several makers, and saved
// answers of grid providers. The content tells which it is, never the file's name. Formats:
// docs/formats/carbon-files.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "carbon/csv/import.h"
#include "carbon/forecast.h"
#include "carbon/series.h"

namespace drover::carbon {

struct FileOptions {
  std::optional<Scope> scope;     // where the file does not say, or of both that it holds
  std::optional<Basis> basis;     // where the file does not say
  std::optional<Kind> kind;       // where the file does not say; absent: average
  std::optional<ZoneId> zone;     // only this zone, or the zone of a file that names none
  std::string source;             // provenance to record; empty: the format's own name
  std::optional<Instant> issued;  // when a file of forecasts without issue time was received
  std::optional<Duration> step;   // finer steps become means over it; absent: as in the file
  bool prefer_last = false;       // CSV: of two values for one hour the later line
  bool skip_bad = false;          // CSV: bad lines are left out and listed
};

struct FileContent {
  std::string format;  // "wide", "electricitymaps", "entsoe", ...
  std::vector<Series> series;
  std::vector<ProviderForecast> forecasts;
  std::int64_t duplicates = 0;    // rows or points that only repeat another one
  std::int64_t estimated = 0;     // values that the provider marks as estimated
  std::int64_t nulls = 0;         // gaps in the series
  std::int64_t clipped = 0;       // negative forecasts that became 0
  std::int64_t blank_issues = 0;  // forecasts without any value, left out
  std::int64_t undated = 0;       // forecast values left out: nothing says when they were made
  std::int64_t skipped = 0;       // bad lines left out
  std::vector<SkippedLine> skipped_lines;  // the first of them
};

// The whole file or nothing. kInvalid for content that is not known, with a list of what is; other
// errors as the format's parser gives them, all beginning with `name`. Never crashes, whatever the
// bytes.
Result<FileContent> parse_carbon_file(std::string_view text, const std::string& name,
                                      const FileOptions& options);

Result<FileContent> read_carbon_file(const std::string& path, const FileOptions& options);

}  // namespace drover::carbon
