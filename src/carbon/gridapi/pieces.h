// Spans of time as services take them: cut to what one request may ask for, and written their way.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "carbon/provider.h"

namespace drover::carbon::gridapi {

struct Span {
  Instant from;
  Instant to;
  friend bool operator==(const Span&, const Span&) = default;
};

// [from, to) widened to whole hours and cut into pieces of at most `longest`, none when empty.
std::vector<Span> pieces(Span span, Duration longest);

// Asks for each piece and gathers the answers; the first error ends it.
Result<ProviderData> gather(const std::vector<Span>& spans,
                            const std::function<Result<ProviderData>(const Span&)>& ask);

// The whole hour at or before.
Instant floor_hour(Instant at);

// "2024-01-31T05:00Z"
std::string to_minute(Instant at);
// "202401310500"
std::string compact(Instant at);

}  // namespace drover::carbon::gridapi
