#include "cli/carbon_keeper.h"

#include <gtest/gtest.h>

namespace drover::cli {
namespace {

const Instant kNow = *parse_time("2026-03-01T12:00:00Z");

constexpr const char* kTurn = R"({"at":"2026-03-01T11:00:00Z","feeds":[
  {"zone":"FR","provider":"em","signal":"direct","state":"failing","last":null,
   "values":{"error":"the service answers 503"}},
  {"zone":"DE","provider":"em","signal":"direct","state":"ok","values":{"error":null},
   "last":{"end":"2026-03-01T11:00:00Z","g_per_kwh":300,"age_s":7}}]})";

TEST(FeedBoard, HoldsTheLastOfEachFeedWithItsAgeNow) {
  FeedBoard board;
  EXPECT_TRUE(board.feeds(kNow).empty());
  ASSERT_TRUE(board.take(kTurn));
  const auto feeds = board.feeds(kNow);
  ASSERT_EQ(feeds.size(), 2);
  EXPECT_EQ(feeds[0]["zone"], "DE");
  EXPECT_EQ(feeds[0]["last"]["age_s"], 3600);
  EXPECT_EQ(feeds[1]["zone"], "FR");
  EXPECT_TRUE(feeds[1]["last"].is_null());
}

TEST(FeedBoard, ATurnOfSomeFeedsLeavesTheOthers) {
  FeedBoard board;
  ASSERT_TRUE(board.take(kTurn));
  ASSERT_TRUE(board.take(
      R"({"feeds":[{"zone":"FR","provider":"em","signal":"direct","state":"ok","last":null}]})"));
  const auto feeds = board.feeds(kNow);
  ASSERT_EQ(feeds.size(), 2);
  EXPECT_EQ(feeds[0]["state"], "ok");
  EXPECT_EQ(feeds[0]["last"]["g_per_kwh"], 300);
  EXPECT_EQ(feeds[1]["state"], "ok");
}

TEST(FeedBoard, WhatIsNoTurnIsNotTaken) {
  FeedBoard board;
  for (const auto* line :
       {"", "error: no such file", "{}", "[]", R"({"feeds":3})", R"({"feeds":[3]})"}) {
    EXPECT_FALSE(board.take(line)) << line;
  }
  EXPECT_TRUE(board.feeds(kNow).empty());
}

}  // namespace
}  // namespace drover::cli
