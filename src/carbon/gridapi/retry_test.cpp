#include "carbon/gridapi/retry.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace drover::carbon::gridapi {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const Instant kNow = parse_time("2015-10-21T07:27:00Z").value();

RC_GTEST_PROP(BackoffWait, GrowsStaysInItsBoundsAndNeverVanishes, ()) {
  const auto failures = *rc::gen::inRange(1, 100);
  const double chance = *rc::gen::inRange(0, 1000) / 1000.0;
  const Backoff backoff{.attempts = 9, .first = seconds{1}, .longest = minutes{5}};
  const auto wait = backoff_wait(backoff, failures, chance);
  RC_ASSERT(wait >= backoff.first / 2);
  RC_ASSERT(wait <= backoff.longest);
  RC_ASSERT(wait <= backoff_wait(backoff, failures + 1, chance));
}

TEST(RetryAfter, IsSecondsOrADate) {
  EXPECT_EQ(retry_after("7", kNow), seconds{7});
  EXPECT_EQ(retry_after("0", kNow), seconds{0});
  EXPECT_EQ(retry_after("Wed, 21 Oct 2015 07:28:00 GMT", kNow), seconds{60});
  EXPECT_EQ(retry_after("Wed, 21 Oct 2015 07:26:00 GMT", kNow), seconds{0});
  EXPECT_EQ(retry_after("-5", kNow), seconds{0});
}

TEST(RetryAfter, ASillyOneIsADayAndNonsenseIsNone) {
  EXPECT_EQ(retry_after("99999999", kNow), hours{24});
  EXPECT_EQ(retry_after("99999999999999999999999", kNow), hours{24});
  EXPECT_EQ(retry_after("Fri, 31 Dec 2999 23:59:59 GMT", kNow), hours{24});
  for (const char* text : {"", "soon", "7s", "Wed, 99 Oct 2015 07:28:00 GMT", "1.5"}) {
    EXPECT_EQ(retry_after(text, kNow), std::nullopt) << text;
  }
}

TEST(MayPass, OnlyWhatTheServiceMayGetOver) {
  for (const int status : {429, 500, 502, 503, 504}) {
    EXPECT_TRUE(may_pass(status)) << status;
  }
  for (const int status : {200, 301, 400, 401, 403, 404, 501}) {
    EXPECT_FALSE(may_pass(status)) << status;
  }
}

TEST(TokenBucket, LetsABurstThroughAndThenTheRate) {
  TokenBucket bucket({.calls = 3, .period = seconds{30}});
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(bucket.take(kNow), Duration{0});
  }
  EXPECT_EQ(bucket.take(kNow), seconds{10});
  EXPECT_EQ(bucket.take(kNow + seconds{4}), seconds{6});
  EXPECT_EQ(bucket.take(kNow + seconds{10}), Duration{0});
  EXPECT_GT(bucket.take(kNow + seconds{10}), Duration{0});
}

RC_GTEST_PROP(TokenBucket, NeverGivesMoreThanTheBurstAndTheRate, ()) {
  const RateLimit limit{.calls = *rc::gen::inRange(1, 50),
                        .period = seconds{*rc::gen::inRange(1, 100)}};
  const auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(-100, 2000));
  TokenBucket bucket(limit);
  Instant now = kNow;
  Instant latest = kNow;
  int taken = 0;
  for (const int step : steps) {
    now += milliseconds{step};
    latest = std::max(latest, now);
    taken += bucket.take(now) == Duration{0} ? 1 : 0;
  }
  // A clock that goes back and forth again gives what it went back by once more.
  Duration back{0};
  for (const int step : steps) {
    back += milliseconds{step < 0 ? -step : 0};
  }
  const double rate = limit.calls / static_cast<double>(limit.period.count());
  const auto passed = static_cast<double>((latest - kNow + back).count());
  RC_ASSERT(taken <= limit.calls + rate * passed + 1);
}

}  // namespace
}  // namespace drover::carbon::gridapi
