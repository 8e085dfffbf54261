// Asks one service: within its rate, again after what may pass, and never sooner than it says.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "carbon/gridapi/retry.h"
#include "carbon/gridapi/secrets.h"
#include "os/web_client.h"

namespace drover::carbon::gridapi {

// The world, for one service.
struct Outside {
  std::function<Result<os::WebReply>(const os::WebRequest&)> get;
  const Clock* clock = nullptr;        // outlives its users
  std::function<bool(Duration)> wait;  // false: to end instead
  std::function<double()> chance;      // uniform in [0, 1)
};

struct CallLimits {
  RateLimit rate;
  Backoff backoff;
  Duration ban{};  // how long to keep away after a 429 that does not say it
  // After the last attempt has failed too: calls about other zones then fail at once, instead of
  // each waiting for the same service.
  Duration rest = std::chrono::seconds{10};
};

class Caller {
 public:
  Caller(Outside outside, CallLimits limits, std::shared_ptr<Secrets> secrets)
      : outside_(std::move(outside)),
        limits_(limits),
        bucket_(limits.rate),
        secrets_(std::move(secrets)) {}

  // The last answer, of any status, once it or the attempts are over. A Retry-After that is longer
  // than a wait within a call may be is kept to: until then every call is kUnavailable at once.
  // What is secret is struck out of the body unless `reveal`.
  Result<os::WebReply> ask(const os::WebRequest& request, bool reveal = false);

  // The body of a 2xx; other statuses are errors in the service's own words.
  Result<std::string> body(const os::WebRequest& request);

  [[nodiscard]] Instant now() const { return outside_.clock->now(); }
  [[nodiscard]] Secrets& secrets() { return *secrets_; }

 private:
  Result<> wait_for_turn();
  void block(Duration span, std::string because);
  std::optional<Duration> wait_after(const Result<os::WebReply>& reply, int failures);

  Outside outside_;
  CallLimits limits_;
  TokenBucket bucket_;
  std::shared_ptr<Secrets> secrets_;
  std::optional<Instant> blocked_until_;
  std::string blocked_because_;
};

// A status that is no success, as an error: 404 kNotFound, 429 and 5xx kUnavailable, others
// kInvalid, with what the service says of it.
std::unexpected<Error> status_error(const os::WebReply& reply);

}  // namespace drover::carbon::gridapi
