#include "migrate/tcp/archive.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <deque>
#include <filesystem>
#include <fstream>
#include <random>

#include <gtest/gtest.h>

#include "os/testing/temp_dir.h"

namespace drover::migrate {
namespace {

namespace fs = std::filesystem;

class ArchiveTest : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(from());
    fs::create_directories(to());
  }

  [[nodiscard]] fs::path from() const { return dir_ / "from"; }
  [[nodiscard]] fs::path to() const { return dir_ / "to"; }

  static void write(const fs::path& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
  }
  static std::string read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  [[nodiscard]] std::vector<std::string> packed_frames(const std::string& name) const {
    std::vector<std::string> frames;
    const auto bytes = pack({{.name = name, .dir = from()}}, [&](std::string frame) {
      frames.push_back(std::move(frame));
      return true;
    });
    EXPECT_TRUE(bytes) << (bytes ? "" : bytes.error().what);
    return frames;
  }
  [[nodiscard]] std::string packed(const std::string& name = "upper/redis") const {
    std::string stream;
    for (const auto& frame : packed_frames(name)) {
      stream += frame;
    }
    return stream;
  }

  [[nodiscard]] Result<> unpacked(const std::string& stream,
                                  const std::string& name = "upper/redis") const {
    std::deque<std::string> chunks;
    for (std::size_t at = 0; at < stream.size(); at += 1000) {
      chunks.push_back(stream.substr(at, 1000));
    }
    return unpack({{.name = name, .dir = to()}}, [&]() -> Result<std::string> {
      if (chunks.empty()) {
        return std::string();
      }
      auto chunk = chunks.front();
      chunks.pop_front();
      return chunk;
    });
  }

  os::testing::TempDir dir_;
};

TEST_F(ArchiveTest, FilesLinksModesAndOwnersArriveAsTheyWere) {
  std::string big(3 << 20, '\0');
  std::minstd_rand random(1);
  for (auto& byte : big) {
    byte = static_cast<char>(random());
  }
  write(from() / "big", big);
  write(from() / "empty", "");
  fs::create_directories(from() / "a/b");
  write(from() / "a/b/script", "#!/bin/sh\n");
  ASSERT_EQ(chmod((from() / "a/b/script").c_str(), 04755), 0);
  ASSERT_EQ(chown((from() / "empty").c_str(), 123, 456), 0);
  fs::create_symlink("../a/b", from() / "a/link");
  fs::create_symlink("/nowhere", from() / "dangling");
  fs::create_hard_link(from() / "big", from() / "twin");

  ASSERT_TRUE(unpacked(packed()));
  EXPECT_EQ(read(to() / "big"), big);
  EXPECT_EQ(read(to() / "a/b/script"), "#!/bin/sh\n");
  struct stat info{};
  ASSERT_EQ(stat((to() / "a/b/script").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 04755U);
  ASSERT_EQ(stat((to() / "empty").c_str(), &info), 0);
  EXPECT_EQ(info.st_uid, 123U);
  EXPECT_EQ(info.st_gid, 456U);
  EXPECT_EQ(fs::read_symlink(to() / "a/link"), "../a/b");
  EXPECT_EQ(fs::read_symlink(to() / "dangling"), "/nowhere");
  EXPECT_EQ(fs::hard_link_count(to() / "big"), 2U);
}

TEST_F(ArchiveTest, OverlayWhiteoutsAndOpaqueMarksAreKept) {
  ASSERT_EQ(mknod((from() / "deleted").c_str(), S_IFCHR | 0600, makedev(0, 0)), 0);
  fs::create_directories(from() / "replaced");
  if (setxattr((from() / "replaced").c_str(), "trusted.overlay.opaque", "y", 1, 0) != 0) {
    GTEST_SKIP() << "this file system has no trusted xattrs: " << dir_.path();
  }
  ASSERT_TRUE(unpacked(packed()));
  struct stat info{};
  ASSERT_EQ(lstat((to() / "deleted").c_str(), &info), 0);
  EXPECT_TRUE(S_ISCHR(info.st_mode));
  EXPECT_EQ(info.st_rdev, makedev(0, 0));
  char value = 0;
  ASSERT_EQ(getxattr((to() / "replaced").c_str(), "trusted.overlay.opaque", &value, 1), 1);
  EXPECT_EQ(value, 'y');
}

TEST_F(ArchiveTest, SparseFilesKeepTheirContent) {
  const auto path = from() / "sparse";
  write(path, "head");
  fs::resize_file(path, 5 << 20);
  std::fstream(path, std::ios::in | std::ios::out | std::ios::binary)
      .seekp(4 << 20)
      .write("tail", 4);
  ASSERT_TRUE(unpacked(packed()));
  EXPECT_EQ(read(to() / "sparse"), read(path));
}

TEST_F(ArchiveTest, ACutStreamIsAnErrorAtEveryLength) {
  write(from() / "file", std::string(20000, 'x'));
  write(from() / "other", "y");
  const auto stream = packed();
  for (std::size_t length = 0; length < stream.size(); length += 7) {
    EXPECT_FALSE(unpacked(stream.substr(0, length))) << length << " of " << stream.size();
  }
}

TEST_F(ArchiveTest, ACutBetweenTwoFramesIsAnError) {
  write(from() / "file", std::string(3 << 20, 'x'));
  const auto frames = packed_frames("upper/redis");
  ASSERT_GT(frames.size(), 8U);
  std::string stream;
  for (const auto& frame : frames) {
    EXPECT_FALSE(unpacked(stream));
    stream += frame;
  }
  EXPECT_TRUE(unpacked(stream));
}

TEST_F(ArchiveTest, NothingMayFollow) {
  write(from() / "file", "x");
  const auto stream = packed();
  for (const auto& more : {stream, std::string("x"), std::string("\0", 1)}) {
    const auto refused = unpacked(stream + more);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::kInvalid) << refused.error().what;
  }
}

TEST_F(ArchiveTest, AFlippedBitIsAnErrorOrChangesNothing) {
  write(from() / "file", "some text that is checked by the frame");
  const auto stream = packed();
  for (std::size_t at = 0; at < stream.size(); ++at) {
    auto damaged = stream;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    fs::remove_all(to());
    fs::create_directories(to());
    if (unpacked(damaged)) {
      EXPECT_EQ(read(to() / "file"), "some text that is checked by the frame") << "byte " << at;
    }
  }
}

TEST_F(ArchiveTest, ATreeThatThePodDoesNotHaveIsRefused) {
  write(from() / "file", "x");
  const auto refused = unpacked(packed("upper/other"), "upper/redis");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kInvalid);
  EXPECT_TRUE(fs::is_empty(to()));
}

TEST_F(ArchiveTest, NamesThatLeaveTheTreeAreRefused) {
  write(from() / "file", "x");
  const auto refused = unpacked(packed("upper/redis/../../escape"), "upper/redis");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().what.find("leaves its directory"), std::string::npos)
      << refused.error().what;
  EXPECT_FALSE(fs::exists(dir_ / "escape"));
}

TEST_F(ArchiveTest, NothingIsWrittenThroughALink) {
  fs::create_directories(dir_ / "outside");
  // Two archives make what one writer never would: a link, then a file behind it.
  fs::create_symlink(dir_ / "outside", to() / "door");
  fs::create_directories(from() / "door");
  write(from() / "door/file", "x");
  (void)unpacked(packed());
  EXPECT_TRUE(fs::is_empty(dir_ / "outside"));
}

TEST_F(ArchiveTest, DevicesOtherThanWhiteoutsAreRefused) {
  ASSERT_EQ(mknod((from() / "null").c_str(), S_IFCHR | 0600, makedev(1, 3)), 0);
  const auto refused = unpacked(packed());
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().what.find("device"), std::string::npos) << refused.error().what;
}

TEST_F(ArchiveTest, ASinkThatGivesUpStopsThePacking) {
  write(from() / "file", std::string(8 << 20, 'x'));
  EXPECT_FALSE(pack({{.name = "t", .dir = from()}}, [](const std::string&) { return false; }));
}

}  // namespace
}  // namespace drover::migrate
