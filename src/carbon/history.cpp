#include "carbon/history.h"

#include <algorithm>
#include <format>
#include <iterator>
#include <utility>

namespace drover::carbon {

Result<History> History::before(const Series& known, Instant issued,
                                const std::vector<ProviderForecast>& foreign) {
  std::vector<ProviderForecast> kept;
  std::ranges::copy_if(foreign, std::back_inserter(kept),
                       [&](const auto& one) { return one.issued <= issued; });
  std::ranges::stable_sort(kept, {}, &ProviderForecast::issued);
  return slice(known, std::min(known.start, issued), issued)
      .transform([&](Series series) { return History(std::move(series), std::move(kept)); })
      .transform_error(
          doing(std::format("forecast of zone {} issued at {}", known.zone, format_time(issued))));
}

}  // namespace drover::carbon
