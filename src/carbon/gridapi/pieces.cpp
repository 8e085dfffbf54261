#include "carbon/gridapi/pieces.h"

#include <algorithm>
#include <format>
#include <iterator>

namespace drover::carbon::gridapi {

Instant floor_hour(Instant at) { return std::chrono::floor<std::chrono::hours>(at); }

std::vector<Span> pieces(Span span, Duration longest) {
  std::vector<Span> all;
  const Instant end = std::chrono::ceil<std::chrono::hours>(span.to);
  for (Instant from = floor_hour(span.from); from < end && span.from < span.to; from += longest) {
    all.push_back({.from = from, .to = std::min<Instant>(from + longest, end)});
  }
  return all;
}

Result<ProviderData> gather(const std::vector<Span>& spans,
                            const std::function<Result<ProviderData>(const Span&)>& ask) {
  ProviderData all;
  for (const Span& span : spans) {
    auto data = ask(span);
    if (!data) {
      return data;
    }
    std::ranges::move(data->series, std::back_inserter(all.series));
    std::ranges::move(data->forecasts, std::back_inserter(all.forecasts));
  }
  return all;
}

std::string to_minute(Instant at) { return std::format("{:%Y-%m-%dT%H:%MZ}", at); }

std::string compact(Instant at) { return std::format("{:%Y%m%d%H%M}", at); }

}  // namespace drover::carbon::gridapi
