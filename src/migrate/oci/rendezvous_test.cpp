#include "migrate/oci/rendezvous.h"

#include <unistd.h>

#include <filesystem>
#include <thread>

#include <gtest/gtest.h>

#include "os/file.h"
#include "os/testing/temp_dir.h"

namespace drover::migrate {
namespace {

namespace fs = std::filesystem;

class RendezvousTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(rendezvous().offer({.id = id_,
                                    .epoch = 2,
                                    .pod = WorkloadId("redis"),
                                    .container = "redis",
                                    .image_path = dir_ / "images",
                                    .work_path = dir_ / "work"}));
  }

  FileRendezvous rendezvous() { return FileRendezvous(dir_ / "restores"); }
  [[nodiscard]] RendezvousFiles files() const { return {dir_ / "restores" / id_.str() / "redis"}; }

  os::testing::TempDir dir_;
  MigrationId id_{"m-000001"};
};

TEST_F(RendezvousTest, AnOfferIsReadBackByTheRuntime) {
  const auto offer = offer_from_json(*os::read_file(files().offer()));
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->id, id_);
  EXPECT_EQ(offer->epoch, 2);
  EXPECT_EQ(offer->image_path, dir_ / "images");
  EXPECT_TRUE(fs::is_directory(dir_ / "work"));
}

TEST_F(RendezvousTest, TheStateFollowsTheFiles) {
  auto agent = rendezvous();
  EXPECT_FALSE(agent.state(id_, "redis")->restored);
  ASSERT_TRUE(os::atomic_write(files().consumed(), ""));
  ASSERT_TRUE(os::atomic_write(files().restored(), "123"));
  auto state = agent.state(id_, "redis");
  ASSERT_TRUE(state);
  EXPECT_TRUE(state->consumed && state->restored);
  EXPECT_FALSE(state->resuming || state->end);
  ASSERT_TRUE(os::atomic_write(files().resuming(), ""));
  ASSERT_TRUE(os::atomic_write(files().done(), end_to_json({.exit_code = 3, .error = "why"})));
  state = agent.state(id_, "redis");
  ASSERT_TRUE(state && state->end);
  EXPECT_TRUE(state->resuming);
  EXPECT_EQ(state->end->exit_code, 3);
  EXPECT_EQ(state->end->error, "why");
}

TEST_F(RendezvousTest, WaitingEndsWhenTheFileComesAndGivesUpInTime) {
  auto agent = rendezvous();
  const auto restored = [](const RestoreState& state) { return state.restored; };
  const auto nothing = agent.wait(id_, "redis", std::chrono::milliseconds(10), restored);
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().code, Code::kTimeout);
  std::jthread hook([&] { (void)os::atomic_write(files().restored(), "1"); });
  EXPECT_TRUE(agent.wait(id_, "redis", std::chrono::seconds(10), restored));
}

TEST_F(RendezvousTest, AbortTellsEveryContainerAndClearRemovesAll) {
  auto agent = rendezvous();
  ASSERT_TRUE(agent.abort(id_));
  EXPECT_TRUE(fs::exists(files().abort()));
  ASSERT_TRUE(agent.clear(id_));
  EXPECT_FALSE(fs::exists(files().dir));
  EXPECT_TRUE(agent.abort(id_)) << "nothing was offered: nobody to tell";
  EXPECT_TRUE(agent.clear(id_));
}

TEST_F(RendezvousTest, DamagedFilesAreErrorsNotCrashes) {
  ASSERT_TRUE(os::atomic_write(files().done(), "{\"exit_code\": \"x\"}"));
  EXPECT_FALSE(rendezvous().state(id_, "redis"));
  EXPECT_FALSE(offer_from_json("{}"));
  EXPECT_FALSE(offer_from_json(""));
}

}  // namespace
}  // namespace drover::migrate
