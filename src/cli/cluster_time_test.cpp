#include "cli/cluster_time.h"

#include <thread>

#include <gtest/gtest.h>

#include "os/testing/temp_dir.h"

namespace drover::cli {
namespace {

using cluster::local::ClockEntry;
using cluster::local::ClockMode;
using cluster::local::ClusterState;

const Instant kStart = *parse_time("2021-01-01T00:00:00Z");

class ClusterTimes : public ::testing::Test {
 protected:
  void SetUp() override { reopen(); }
  void reopen() {
    state_.reset();
    state_ = std::make_unique<ClusterState>(*ClusterState::open(folder_ / "cluster.db"));
  }
  std::unique_ptr<ClusterTime> make(ClockMode mode, double speed = 1) {
    return *make_cluster_time({.mode = mode, .start = kStart, .speed = speed}, *state_);
  }

  os::testing::TempDir folder_;
  std::unique_ptr<ClusterState> state_;
};

TEST_F(ClusterTimes, ASimulatedClockStandsUntilItIsToldToGoOn) {
  const auto time = make(ClockMode::kSimulated);
  EXPECT_EQ(time->now(), kStart);
  ASSERT_TRUE(time->advance(std::chrono::hours{2}));
  EXPECT_EQ(time->now(), kStart + std::chrono::hours{2});
  EXPECT_EQ(time->advance(Duration{-1}).error().code, Code::kInvalid);
}

TEST_F(ClusterTimes, ASimulatedClockSurvivesARestart) {
  ASSERT_TRUE(make(ClockMode::kSimulated)->advance(std::chrono::hours{3}));
  reopen();
  EXPECT_EQ(make(ClockMode::kSimulated)->now(), kStart + std::chrono::hours{3});
}

TEST_F(ClusterTimes, WaitingEndsWhenTheClockIsThereOrAStopIsAskedFor) {
  const auto time = make(ClockMode::kSimulated);
  std::jthread advancing([&] { (void)time->advance(std::chrono::hours{1}); });
  EXPECT_TRUE(time->wait_until(kStart + std::chrono::hours{1}, std::stop_token()));
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(time->wait_until(kStart + std::chrono::hours{9}, stop.get_token()));
}

TEST_F(ClusterTimes, AnAcceleratedClockGoesOnWhereARestartInterruptedIt) {
  const auto first = make(ClockMode::kAccelerated, 1e6);
  const auto seen = first->now();
  EXPECT_GE(seen, kStart);
  reopen();
  EXPECT_GE(make(ClockMode::kAccelerated, 1e6)->now(), seen);
  EXPECT_EQ(first->advance(Duration{1}).error().code, Code::kConflict);
}

}  // namespace
}  // namespace drover::cli
