#include "carbon/gridapi/poll_state.h"

#include <gtest/gtest.h>

namespace drover::carbon::gridapi {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const Instant kNow = parse_time("2024-03-01T10:00:00Z").value();

TEST(Track, AfterSuccessTheNextTimeIsNotBeforeThePeriod) {
  for (const double chance : {0.0, 0.5, 0.999}) {
    const auto track = after_success({}, kNow, hours{1}, chance);
    EXPECT_GE(track.next, kNow + hours{1});
    EXPECT_LE(track.next, kNow + hours{1} + minutes{3});
    EXPECT_EQ(track.succeeded, kNow);
  }
}

TEST(Track, FailuresWaitLongerAndRememberSinceWhen) {
  const PollRule rule;
  const Error error{Code::kUnavailable, "down"};
  auto track = after_failure({}, kNow, error, rule.after_failures, 1.0);
  EXPECT_EQ(track.next, kNow + seconds{30});
  track = after_failure(track, kNow + seconds{30}, error, rule.after_failures, 1.0);
  EXPECT_EQ(track.next, kNow + seconds{90});
  EXPECT_EQ(track.failing_since, kNow);
  EXPECT_EQ(track.failures, 2);
  EXPECT_EQ(track.error, "down");
  track = after_success(track, kNow + seconds{90}, hours{1}, 0);
  EXPECT_EQ(track.failing_since, std::nullopt);
  EXPECT_EQ(track.failures, 0);
  EXPECT_EQ(track.error, "");
}

TEST(Track, WhatRepeatingDoesNotMendWaitsTheLongestAtOnce) {
  const PollRule rule;
  const auto track =
      after_failure({}, kNow, {Code::kInvalid, "wrong key"}, rule.after_failures, 1.0);
  EXPECT_EQ(track.next, kNow + rule.after_failures.longest);
}

TEST(FeedState, FollowsFromAgeAndFailures) {
  PollRule rule;
  rule.stale_after = hours{2};
  FeedStatus status;
  EXPECT_EQ(state_of(status, kNow, rule), FeedState::kWaiting);
  status.last = LastValue{.start = kNow - hours{1}, .end = kNow, .value = {}};
  EXPECT_EQ(state_of(status, kNow + hours{2}, rule), FeedState::kOk);
  EXPECT_EQ(state_of(status, kNow + hours{2} + Duration{1}, rule), FeedState::kStale);
  status.values.failing_since = kNow;
  EXPECT_EQ(state_of(status, kNow, rule), FeedState::kFailing);
  EXPECT_EQ(to_string(FeedState::kFailing), "failing");
}

TEST(Newest, IsTheLastThatIsNoGap) {
  Series series;
  series.start = kNow;
  EXPECT_FALSE(newest(series));
  series.values = {Intensity::grams_per_kwh(1), Intensity::grams_per_kwh(0), std::nullopt};
  series.estimated = {false, true, false};
  const auto last = newest(series);
  ASSERT_TRUE(last);
  EXPECT_EQ(last->start, kNow + hours{1});
  EXPECT_EQ(last->end, kNow + hours{2});
  EXPECT_EQ(last->value, Intensity::grams_per_kwh(0));
  EXPECT_TRUE(last->estimated);
}

}  // namespace
}  // namespace drover::carbon::gridapi
