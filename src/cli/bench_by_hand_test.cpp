// Moves a Redis between two machines by hand, with real CRIU.
#include "cli/bench_by_hand.h"

#include <gtest/gtest.h>

#include "cli/load_session.h"
#include "os/clock.h"
#include "os/command.h"
#include "os/testing/temp_dir.h"

namespace drover::cli {
namespace {

constexpr Duration kDeadline{20'000};

// From the test's environment, as tools/make_image prints it.
std::optional<os::Path> redis_image() {
  const auto printed = os::run_ok({.argv = {"sh", "-c", "printf %s \"$DROVER_REDIS_IMAGE\""}});
  return printed && !printed->empty() ? std::optional<os::Path>(*printed) : std::nullopt;
}

// A connection that is not accepted yet cannot be dumped.
bool wait_until_served(const LoadSession& load) {
  const auto before = load.stats()[0]->operations() + load.stats()[1]->operations();
  const os::Stopwatch watch;
  while (load.phase() != LoadPhase::kRunning ||
         load.stats()[0]->operations() + load.stats()[1]->operations() < before + 20) {
    if (load.phase() == LoadPhase::kDone || watch.elapsed() > kDeadline) {
      return false;
    }
    os::pause_for(Duration{5});
  }
  return true;
}

TEST(ByHand, ARedisMovesThereAndBackWithItsData) {
  const auto image = redis_image();
  if (!image) {
    GTEST_SKIP() << "needs DROVER_REDIS_IMAGE";
  }
  const os::testing::TempDir scratch;
  const auto folder = scratch / "by-hand";
  {
    auto redis =
        ByHand::start({.image = *image, .folder = folder, .cgroup = "/drover/by-hand-test"});
    if (!redis) {
      GTEST_SKIP() << "needs root, runc and CRIU: " << redis.error().what;
    }
    std::unique_ptr<LoadSession> load;
    LoadOptions options{.data_bytes = 1 << 20};
    options.client.target = redis->target();
    ASSERT_TRUE(
        os::call_in(redis->network(), [&] { load = std::make_unique<LoadSession>(options); }));
    for (int i = 0; i < 2; ++i) {
      ASSERT_TRUE(wait_until_served(*load));
      const auto run = redis->migrate();
      ASSERT_TRUE(run) << run.error().what;
      EXPECT_EQ(run->phases.size(), 4U);
      EXPECT_GT(run->bytes, 1 << 20);
    }
    load->request_stop();
    const auto report = load->finish();
    ASSERT_TRUE(report) << report.error().what;
    EXPECT_EQ(report->lost + report->corrupted, 0) << to_text(*report);
  }
  EXPECT_FALSE(os::exists(folder));
}

}  // namespace
}  // namespace drover::cli
