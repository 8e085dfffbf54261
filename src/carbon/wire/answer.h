// What the documents of grid providers say, as values. The parsers are pure and never crash,
// whatever the bytes; formats and traps: docs/formats/carbon-files.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "carbon/forecast.h"

namespace drover::carbon::wire {

struct WireOptions {
  std::string document;           // names it in errors: a file, or the provider and the path
  std::optional<ZoneId> zone;     // of a document that names none; otherwise what it must be
  std::optional<Scope> scope;     // as asked for, where the document does not say
  std::optional<Instant> issued;  // when it was received: for a forecast without issue time
  std::string source;             // empty: the provider's own name
  std::optional<Kind> kind;       // where the document does not say; absent: average
  std::optional<Basis> basis;     // where neither document nor provider says
  bool clip_forecasts = false;    // a negative forecast becomes 0 and is counted, else an error
};

struct Answer {
  std::vector<Series> series;               // what was or is; nulls are gaps
  std::vector<ProviderForecast> forecasts;  // what is expected
  std::int64_t nulls = 0;
  std::int64_t clipped = 0;   // negative forecasts that became 0
  std::int64_t undated = 0;   // forecasts left out because nothing says when they were made
  std::int64_t repeated = 0;  // points that say again what another one said
};

}  // namespace drover::carbon::wire
