#include "os/file.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include <gtest/gtest.h>

#include "os/mounts.h"
#include "os/testing/expect.h"
#include "os/testing/temp_dir.h"

namespace drover::os {
namespace {

using testing::FailsWith;
using testing::IsOk;
using testing::TempDir;

mode_t mode_of(const Path& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
}

TEST(File, WritesAndReadsBack) {
  const TempDir dir;
  ASSERT_THAT(atomic_write(dir / "a", "one"), IsOk());
  ASSERT_THAT(atomic_write(dir / "a", "two", 0644), IsOk());
  EXPECT_EQ(read_file(dir / "a"), "two");
  EXPECT_EQ(mode_of(dir / "a"), 0644);
  EXPECT_EQ(list_dir(dir.path()), std::vector<std::string>{"a"});  // no temporary file is left
}

TEST(File, PublishesWithoutATrace) {
  const TempDir dir;
  ASSERT_THAT(publish(dir / "a", "one"), IsOk());
  ASSERT_THAT(publish(dir / "a", "two"), IsOk());
  EXPECT_EQ(read_file(dir / "a"), "two");
  EXPECT_EQ(list_dir(dir.path()), std::vector<std::string>{"a"});
}

TEST(File, AbsentIsNotFoundAndNamed) {
  const TempDir dir;
  EXPECT_THAT(read_file(dir / "nothing"), FailsWith(Code::kNotFound, "/nothing"));
  EXPECT_THAT(list_dir(dir / "nothing"), FailsWith(Code::kNotFound, "/nothing"));
  EXPECT_THAT(atomic_write(dir / "no/where", ""), FailsWith(Code::kNotFound, "no/where"));
}

TEST(File, LongerThanTheLimitIsInvalid) {
  const TempDir dir;
  ASSERT_THAT(atomic_write(dir / "a", std::string(20000, 'x')), IsOk());
  EXPECT_THAT(read_file(dir / "a", Bytes{19999}), FailsWith(Code::kInvalid, "19999"));
  EXPECT_EQ(read_file(dir / "a", Bytes{20000})->size(), 20000);
}

TEST(File, ReadsProcfsWhoseSizesAreZero) { EXPECT_FALSE(read_file("/proc/self/stat")->empty()); }

TEST(File, CreatesExclusivelyOnce) {
  const TempDir dir;
  EXPECT_THAT(create_exclusive(dir / "consumed", "1"), IsOk());
  EXPECT_THAT(create_exclusive(dir / "consumed", "2"), FailsWith(Code::kConflict, "consumed"));
  EXPECT_EQ(read_file(dir / "consumed"), "1");
}

TEST(File, MakesOnlyTheMissingLevelsWithTheMode) {
  const TempDir dir;
  ASSERT_THAT(make_dirs(dir / "a", 0755), IsOk());
  ASSERT_THAT(make_dirs(dir / "a/b/c", 0711), IsOk());
  EXPECT_EQ(mode_of(dir / "a"), 0755);
  EXPECT_EQ(mode_of(dir / "a/b"), 0711);
  EXPECT_EQ(mode_of(dir / "a/b/c"), 0711);
  ASSERT_THAT(atomic_write(dir / "f", ""), IsOk());
  EXPECT_FALSE(make_dirs(dir / "f"));
}

TEST(RemoveTree, TakesEverythingButWhatLinksPointTo) {
  const TempDir dir;
  ASSERT_THAT(make_dirs(dir / "kept"), IsOk());
  ASSERT_THAT(atomic_write(dir / "kept/file", "x"), IsOk());
  ASSERT_THAT(make_dirs(dir / "tree/a/b"), IsOk());
  ASSERT_THAT(atomic_write(dir / "tree/a/file", "x"), IsOk());
  ASSERT_EQ(::symlink((dir / "kept").c_str(), (dir / "tree/link").c_str()), 0);
  ASSERT_EQ(::mkfifo((dir / "tree/fifo").c_str(), 0600), 0);
  EXPECT_THAT(remove_tree(dir / "tree"), IsOk());
  EXPECT_FALSE(os::exists(dir / "tree"));
  EXPECT_TRUE(os::exists(dir / "kept/file"));
}

TEST(RemoveTree, AbsentIsSuccess) {
  const TempDir dir;
  EXPECT_THAT(remove_tree(dir / "nothing"), IsOk());
  EXPECT_THAT(remove_tree(dir / "no/thing"), IsOk());
}

TEST(RemoveTree, RefusesTheRootAndItsLike) {
  for (const auto* path : {"", "/", ".", "..", "/tmp/.."}) {
    EXPECT_THAT(remove_tree(path), FailsWith(Code::kInvalid, "refused")) << path;
  }
}

TEST(RemoveTree, StopsAtAMount) {
  std::jthread([] {
    ASSERT_THAT(new_private_mounts(), IsOk());
    const TempDir dir;
    ASSERT_THAT(make_dirs(dir / "source"), IsOk());
    ASSERT_THAT(atomic_write(dir / "source/precious", "x"), IsOk());
    ASSERT_THAT(make_dirs(dir / "tree/mounted"), IsOk());
    ASSERT_EQ(::mount((dir / "source").c_str(), (dir / "tree/mounted").c_str(), nullptr, MS_BIND,
                      nullptr),
              0);
    EXPECT_THAT(remove_tree(dir / "tree"), FailsWith(Code::kConflict, "tree/mounted"));
    EXPECT_TRUE(os::exists(dir / "source/precious"));
    ::umount2((dir / "tree/mounted").c_str(), MNT_DETACH);
  }).join();
}

TEST(DirLock, HasOneHolderAtATime) {
  const TempDir dir;
  {
    const auto first = DirLock::acquire(dir.path());
    ASSERT_THAT(first, IsOk());
    EXPECT_THAT(DirLock::acquire(dir.path()), FailsWith(Code::kConflict, dir.path().string()));
  }
  EXPECT_THAT(DirLock::acquire(dir.path()), IsOk());
}

}  // namespace
}  // namespace drover::os
