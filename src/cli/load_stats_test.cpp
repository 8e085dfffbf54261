#include "cli/load_stats.h"

#include <chrono>

#include <gtest/gtest.h>

namespace drover::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Instant kStart{seconds{1'600'000'000}};

// Both clocks, `offset` after the start.
Moment at(milliseconds offset) { return {.steady = offset, .wall = kStart + offset}; }

TEST(ClientStats, TheLongestSilenceIsListedWithItsWallTime) {
  ClientStats stats("writer", milliseconds{50});
  stats.begin(at(milliseconds{0}));
  stats.succeeded(at(milliseconds{1}), at(milliseconds{2}));
  stats.succeeded(at(milliseconds{3}), at(milliseconds{302}));
  stats.succeeded(at(milliseconds{303}), at(milliseconds{304}));
  EXPECT_EQ(stats.operations(), 3);
  EXPECT_EQ(stats.longest_stall(), milliseconds{300});
  ASSERT_EQ(stats.stalls().size(), 1U);
  EXPECT_EQ(stats.stalls()[0].start, kStart + milliseconds{2});
  EXPECT_EQ(stats.stalls()[0].end, kStart + milliseconds{302});
  EXPECT_EQ(stats.stalls()[0].length, milliseconds{300});
}

TEST(ClientStats, ASilenceGoesOnThroughErrorsAndReconnects) {
  ClientStats stats("writer", milliseconds{50});
  stats.begin(at(milliseconds{0}));
  stats.failed("connection reset");
  stats.reconnected();
  EXPECT_EQ(stats.silence(milliseconds{400}), milliseconds{400});
  stats.succeeded(at(milliseconds{400}), at(milliseconds{500}));
  EXPECT_EQ(stats.errors(), 1);
  EXPECT_EQ(stats.reconnects(), 1);
  EXPECT_EQ(stats.longest_stall(), milliseconds{500});
  EXPECT_EQ(stats.error_texts(), std::vector<std::string>{"connection reset"});
}

TEST(ClientStats, AClientThatHangsUntilTheEndHasStalled) {
  ClientStats stats("reader", milliseconds{50});
  stats.begin(at(milliseconds{0}));
  stats.end(at(seconds{5}));
  EXPECT_EQ(stats.operations(), 0);
  EXPECT_EQ(stats.longest_stall(), seconds{5});
  EXPECT_EQ(stats.silence(seconds{9}), Micros{0}) << "an ended client is not silent";
}

TEST(ClientStats, NothingIsCountedBeforeTheBegin) {
  const ClientStats stats("reader", milliseconds{50});
  EXPECT_EQ(stats.silence(seconds{9}), Micros{0});
  EXPECT_EQ(stats.longest_stall(), Micros{0});
}

TEST(ClientStats, TextsBeyondTheLimitAreCountedNotStored) {
  ClientStats stats("reader", milliseconds{50});
  for (int i = 0; i < 100; ++i) {
    stats.failed("e");
  }
  EXPECT_EQ(stats.errors(), 100);
  EXPECT_EQ(stats.error_texts().size(), 32U);
  EXPECT_EQ(stats.error_texts(30).size(), 2U);
  EXPECT_EQ(stats.error_texts(99).size(), 0U);
}

}  // namespace
}  // namespace drover::cli
