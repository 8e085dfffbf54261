#include "api/store/shared_cache.h"

#include <atomic>
#include <latch>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace drover::api {
namespace {

using Cache = SharedCache<int>;

Result<Cache::Value> value(int number) { return std::make_shared<const int>(number); }

class Shared : public ::testing::Test {
 protected:
  ManualClock clock_{Instant{}};
  Cache cache_{clock_, {.most = 2, .lifetime = std::chrono::seconds{10}}};
  int made_ = 0;
  int get(const std::string& key) {
    return *cache_.get(key, [&] { return value(++made_); }).value();
  }
};

TEST_F(Shared, MakesOnceUntilItIsTooOld) {
  EXPECT_EQ(get("a"), 1);
  clock_.advance(std::chrono::seconds{9});
  EXPECT_EQ(get("a"), 1);
  clock_.advance(std::chrono::seconds{1});
  EXPECT_EQ(get("a"), 2);
}

TEST_F(Shared, TheOneLongestUnusedGoes) {
  get("a");
  get("b");
  get("a");
  get("c");
  EXPECT_EQ(cache_.size(), 2U);
  EXPECT_EQ(get("a"), 1);
  EXPECT_EQ(get("b"), 4);
}

TEST_F(Shared, ErrorsAndExceptionsAreNotKept) {
  EXPECT_FALSE(cache_.get("a", []() -> Result<Cache::Value> { return unavailable("busy"); }));
  EXPECT_THROW(
      (void)cache_.get("a", []() -> Result<Cache::Value> { throw std::runtime_error("x"); }),
      std::runtime_error);
  EXPECT_EQ(get("a"), 1);
}

TEST_F(Shared, OneMakesAndAllOthersGetIt) {
  constexpr int kReaders = 16;
  std::atomic<int> makers{0};
  std::atomic<int> good{0};
  std::latch all(kReaders);
  {
    std::vector<std::jthread> readers;
    for (int i = 0; i < kReaders; ++i) {
      readers.emplace_back([&] {
        all.arrive_and_wait();
        const auto got = cache_.get("a", [&] {
          ++makers;
          return value(7);
        });
        good += got && **got == 7 ? 1 : 0;
      });
    }
  }
  EXPECT_EQ(makers, 1);
  EXPECT_EQ(good, kReaders);
}

// A value that is being made holds up nobody who wants another one.
TEST_F(Shared, OthersDoNotWait) {
  std::latch begun(1);
  std::latch finish(1);
  std::jthread slow([&] {
    (void)cache_.get("slow", [&] {
      begun.count_down();
      finish.wait();
      return value(1);
    });
  });
  begun.wait();
  EXPECT_EQ(get("quick"), 1);
  finish.count_down();
}

}  // namespace
}  // namespace drover::api
