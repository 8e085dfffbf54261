#include "os/cgroup.h"

#include <fcntl.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "os/command.h"
#include "os/testing/expect.h"

namespace drover::os {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::FailsWith;
using testing::IsOk;

class Cgroup : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = CgroupTree::open(std::format("/drover-test-{}", ::getpid()));
    ASSERT_THAT(opened, IsOk());
    tree_.emplace(std::move(*opened));
    ASSERT_THAT(tree_->create(), IsOk());
  }
  void TearDown() override {
    if (!tree_) return;
    EXPECT_THAT(tree_->kill_all(seconds(5)), IsOk());
    EXPECT_THAT(tree_->remove(), IsOk());
    EXPECT_FALSE(tree_->exists());
  }

  // The directory of a hierarchy that takes processes without further settings.
  [[nodiscard]] Path freezer() const {
    for (const auto& directory : tree_->directories()) {
      if (os::exists(directory / "freezer.state") || os::exists(directory / "cgroup.freeze")) {
        return directory;
      }
    }
    return {};
  }

  Result<Child> start_in(const Path& directory) {
    auto child = Child::spawn({.argv = {"sleep", "60"}});
    if (!child) return child;
    const auto moved = open_file(directory / "cgroup.procs", O_WRONLY).and_then([&](const Fd& fd) {
      return write_all(fd.get(), std::to_string(child->id().pid));
    });
    if (!moved) return std::unexpected(moved.error());
    return child;
  }

  std::optional<CgroupTree> tree_;
};

TEST_F(Cgroup, FindsProcessesOfTheWholeSubtree) {
  ASSERT_THAT(make_dirs(freezer() / "node/pod", 0755), IsOk());
  const auto a = start_in(freezer());
  const auto b = start_in(freezer() / "node/pod");
  ASSERT_THAT(a, IsOk());
  ASSERT_THAT(b, IsOk());
  EXPECT_THAT(*tree_->processes(), ::testing::UnorderedElementsAre(a->id().pid, b->id().pid));
  EXPECT_THAT(tree_->remove(), FailsWith(Code::kConflict, "processes are in it"));
  ASSERT_THAT(tree_->kill_all(seconds(5)), IsOk());
  EXPECT_FALSE(alive(a->id()));
  EXPECT_FALSE(alive(b->id()));
}

TEST_F(Cgroup, KillsWhatIsFrozen) {
  const auto child = start_in(freezer());
  ASSERT_THAT(child, IsOk());
  const auto state = freezer() / "freezer.state";
  const bool v1 = os::exists(state);
  ASSERT_THAT(
      open_file(v1 ? state : freezer() / "cgroup.freeze", O_WRONLY).and_then([&](const Fd& fd) {
        return write_all(fd.get(), v1 ? "FROZEN" : "1");
      }),
      IsOk());
  ASSERT_THAT(tree_->kill_all(seconds(5)), IsOk());
  EXPECT_FALSE(alive(child->id()));
}

TEST_F(Cgroup, RemovingTwiceIsSuccess) {
  EXPECT_THAT(tree_->remove(), IsOk());
  EXPECT_THAT(tree_->remove(), IsOk());
  EXPECT_FALSE(tree_->exists());
}

TEST(CgroupPath, MustBeBelowTheRoot) {
  for (const std::string path : {"", "/", "drover", "/a/../..", "//"}) {
    EXPECT_THAT(CgroupTree::open(path), FailsWith(Code::kInvalid, "absolute path")) << path;
  }
}

}  // namespace
}  // namespace drover::os
