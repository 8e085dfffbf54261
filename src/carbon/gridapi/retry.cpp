#include "carbon/gridapi/retry.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <sstream>
#include <string>

namespace drover::carbon::gridapi {
namespace {

constexpr Duration kLongestAsked = std::chrono::hours{24};

std::optional<Duration> seconds_of(std::string_view text) {
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error == std::errc::result_out_of_range) {
    return kLongestAsked;
  }
  if (error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return std::clamp(seconds, std::int64_t{0}, std::int64_t{86'400}) * std::chrono::seconds{1};
}

// "Wed, 21 Oct 2015 07:28:00 GMT"
std::optional<Duration> until_date(std::string_view text, Instant now) {
  std::istringstream stream{std::string(text)};
  stream.imbue(std::locale::classic());
  std::chrono::sys_seconds at;
  stream >> std::chrono::parse("%a, %d %b %Y %H:%M:%S GMT", at);
  if (stream.fail()) {
    return std::nullopt;
  }
  return std::clamp<Duration>(at - now, Duration{0}, kLongestAsked);
}

}  // namespace

Duration backoff_wait(const Backoff& backoff, int failures, double chance) {
  constexpr int kDoublings = 30;
  const double doubled = std::pow(2.0, std::clamp(failures - 1, 0, kDoublings));
  const double whole = std::min(static_cast<double>(backoff.first.count()) * doubled,
                                static_cast<double>(backoff.longest.count()));
  return Duration{std::llround(whole * (0.5 + 0.5 * chance))};
}

bool may_pass(int status) {
  constexpr int kTooMany = 429;
  constexpr int kNotImplemented = 501;
  return status == kTooMany || (status >= 500 && status != kNotImplemented);
}

std::optional<Duration> retry_after(std::string_view text, Instant now) {
  while (text.ends_with(' ')) {
    text.remove_suffix(1);
  }
  const auto seconds = seconds_of(text);
  return seconds ? seconds : until_date(text, now);
}

Duration TokenBucket::take(Instant now) {
  const double most = limit_.calls;
  const double per_millisecond = most / static_cast<double>(limit_.period.count());
  if (filled_ && now > *filled_) {
    tokens_ += static_cast<double>((now - *filled_).count()) * per_millisecond;
    tokens_ = std::min(tokens_, most);
  }
  filled_ = now;
  if (tokens_ >= 1) {
    tokens_ -= 1;
    return Duration{0};
  }
  return Duration{static_cast<Duration::rep>(std::ceil((1 - tokens_) / per_millisecond))};
}

}  // namespace drover::carbon::gridapi
