// When a feed is asked again, and how it is doing: pure decisions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "carbon/gridapi/retry.h"
#include "carbon/series.h"

namespace drover::carbon::gridapi {

struct PollRule {
  Duration every = std::chrono::hours{1};  // values; not less than the provider's point period
  Duration forecast_every{};               // zero: there are none
  Duration stale_after = std::chrono::hours{4};  // how old the newest value may be
  Backoff after_failures = {
      .attempts = 0, .first = std::chrono::seconds{30}, .longest = std::chrono::minutes{15}};
};

// One thing that is asked for again and again: a feed's values, or its forecasts.
struct Track {
  Instant next;                      // when it is asked next; at once in the beginning
  std::optional<Instant> succeeded;  // the last time
  std::optional<Instant> failing_since;
  int failures = 0;                // in a row
  Code code = Code::kUnavailable;  // of the last failure
  std::string error;
};

// `chance` in [0, 1) spreads what would come together.
Track after_success(Track track, Instant now, Duration every, double chance);
// What repeating does not mend (kInvalid, kNotFound) waits the longest at once.
Track after_failure(Track track, Instant now, const Error& error, const Backoff& backoff,
                    double chance);

struct LastValue {
  Instant start;
  Instant end;
  Intensity value;
  bool estimated = false;
};

// The newest value of a series; absent when it is all gaps.
std::optional<LastValue> newest(const Series& series);

struct FeedStatus {
  Track values;
  Track forecasts;
  std::optional<LastValue> last;
  std::optional<Instant> forecast_issued;
  std::optional<Instant> forecast_until;
};

enum class FeedState {
  kWaiting,  // no value yet
  kOk,
  kStale,    // the service answers, but has no new values
  kFailing,  // it does not answer, or not with what is understood; the last values may still do
};
std::string_view to_string(FeedState state);
FeedState state_of(const FeedStatus& status, Instant now, const PollRule& rule);

}  // namespace drover::carbon::gridapi
