// How long to wait before asking again: pure decisions.
#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"

namespace drover::carbon::gridapi {

// Exponential: wait k is drawn from [d/2, d) with d = first * 2^k, at most `longest`.
struct Backoff {
  int attempts = 4;  // in all
  Duration first = std::chrono::seconds{1};
  Duration longest = std::chrono::seconds{30};
};

// `failures` so far, from 1 on; `chance` in [0, 1) spreads those that failed together.
Duration backoff_wait(const Backoff& backoff, int failures, double chance);

// 429, and 5xx but for 501: the service may answer the same request later.
bool may_pass(int status);

// The value of Retry-After, seconds or an HTTP date, as a span from `now` on; at most a day. Absent
// when it is neither.
std::optional<Duration> retry_after(std::string_view text, Instant now);

// So many calls per period, with bursts up to all of them.
struct RateLimit {
  int calls = 60;
  Duration period = std::chrono::minutes{1};
};

class TokenBucket {
 public:
  explicit TokenBucket(RateLimit limit) : limit_(limit), tokens_(limit.calls) {}
  // Takes one and returns zero, or else says how long it takes until there is one.
  Duration take(Instant now);

 private:
  RateLimit limit_;
  double tokens_;
  std::optional<Instant> filled_;
};

}  // namespace drover::carbon::gridapi
