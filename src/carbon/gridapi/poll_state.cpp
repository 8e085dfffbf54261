#include "carbon/gridapi/poll_state.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace drover::carbon::gridapi {

Track after_success(Track track, Instant now, Duration every, double chance) {
  constexpr double kSpread = 0.05;
  const auto more = kSpread * chance * static_cast<double>(every.count());
  track.next = now + every + Duration{std::llround(more)};
  track.succeeded = now;
  track.failing_since.reset();
  track.failures = 0;
  track.error.clear();
  return track;
}

Track after_failure(Track track, Instant now, const Error& error, const Backoff& backoff,
                    double chance) {
  ++track.failures;
  track.code = error.code;
  track.error = error.what;
  if (!track.failing_since) {
    track.failing_since = now;
  }
  constexpr int kMany = 1000;
  const bool hopeless = error.code == Code::kInvalid || error.code == Code::kNotFound;
  track.next = now + backoff_wait(backoff, hopeless ? kMany : track.failures, chance);
  return track;
}

std::optional<LastValue> newest(const Series& series) {
  for (std::size_t slot = series.values.size(); slot-- > 0;) {
    if (const auto& value = series.values[slot]) {
      return LastValue{.start = series.time_of(slot),
                       .end = series.time_of(slot + 1),
                       .value = *value,
                       .estimated = series.is_estimated(slot)};
    }
  }
  return std::nullopt;
}

std::string_view to_string(FeedState state) {
  switch (state) {
    case FeedState::kWaiting:
      return "waiting";
    case FeedState::kOk:
      return "ok";
    case FeedState::kStale:
      return "stale";
    case FeedState::kFailing:
      return "failing";
  }
  std::unreachable();
}

FeedState state_of(const FeedStatus& status, Instant now, const PollRule& rule) {
  if (status.values.failing_since) {
    return FeedState::kFailing;
  }
  if (!status.last) {
    return FeedState::kWaiting;
  }
  return now - status.last->end > rule.stale_after ? FeedState::kStale : FeedState::kOk;
}

}  // namespace drover::carbon::gridapi
