#include "cluster/pods/image.h"

#include <format>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/command.h"
#include "os/file.h"
#include "os/testing/temp_dir.h"

namespace drover::cluster::pods {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ImageTest : public testing::Test {
 protected:
  std::string problem(const std::string& name) {
    const auto image = resolve_image(name, dir_ / "cache");
    return image ? "no problem" : image.error().what;
  }

  // A layout with one small image under each of the tags.
  void make_layout(std::initializer_list<std::string> tags) {
    umoci({"init", "--layout", layout()});
    for (const auto& tag : tags) {
      const auto image = layout() + ":" + tag;
      umoci({"new", "--image", image});
      umoci({"unpack", "--image", image, dir_ / "unpacked"});
      ASSERT_TRUE(os::make_dirs(dir_ / "unpacked" / "rootfs" / "etc", 0755));
      ASSERT_TRUE(os::publish(dir_ / "unpacked" / "rootfs" / "etc" / "passwd",
                              "root:x:0:0\nweb:x:33:44:web:/:/bin/sh\n", 0644));
      ASSERT_TRUE(os::publish(dir_ / "unpacked" / "rootfs" / "etc" / "group", "www:x:55:\n", 0644));
      umoci({"repack", "--image", image, dir_ / "unpacked"});
      umoci({"config", "--image", image, "--config.entrypoint", "/entry", "--config.cmd", "first",
             "--config.env", "A=b", "--config.workingdir", "/srv", "--config.user", "web:www"});
      ASSERT_TRUE(os::remove_tree(dir_ / "unpacked"));
    }
  }
  static void umoci(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "umoci");
    const auto done = os::run_ok({.argv = arguments});
    ASSERT_TRUE(done) << done.error().what;
  }
  static bool has_umoci() { return os::run({.argv = {"umoci", "--version"}}).has_value(); }
  [[nodiscard]] std::string layout() const { return dir_ / "layout"; }

  os::testing::TempDir temp_;
  std::filesystem::path dir_ = temp_.path();
};

TEST_F(ImageTest, ARootDirectoryIsAnImageWithoutConfiguration) {
  for (const auto& name : {dir_.string(), "dir:" + dir_.string()}) {
    const auto image = resolve_image(name, "/no");
    ASSERT_TRUE(image) << image.error().what;
    EXPECT_EQ(image->rootfs, dir_);
    EXPECT_TRUE(image->config.entrypoint.empty());
  }
}

TEST_F(ImageTest, ErrorsSayWhatWasLookedFor) {
  EXPECT_THAT(problem("/no/dir"), HasSubstr("image '/no/dir': looked for the directory /no/dir"));
  EXPECT_THAT(problem("dir:rel"), HasSubstr("'rel': an image's path must be absolute"));
  EXPECT_THAT(problem("redis:7"), HasSubstr("drover pulls nothing from a registry"));
  EXPECT_THAT(problem("oci:/no/layout:tag"), HasSubstr("looked for the directory /no/layout"));
  EXPECT_THAT(problem("oci:" + dir_.string()), HasSubstr("index.json"));
}

TEST_F(ImageTest, ALayoutIsUnpackedOnceUnderItsDigest) {
  if (!has_umoci()) GTEST_SKIP() << "needs the program umoci";
  make_layout({"v1"});
  const auto image = resolve_image("oci:" + layout() + ":v1", dir_ / "cache");
  ASSERT_TRUE(image) << image.error().what;
  EXPECT_THAT(image->config.entrypoint, ElementsAre("/entry"));
  EXPECT_THAT(image->config.cmd, ElementsAre("first"));
  EXPECT_THAT(image->config.env, testing::Contains("A=b"));
  EXPECT_EQ(image->config.working_dir, "/srv");
  EXPECT_EQ(resolve_user(image->config.user, image->rootfs).value(),
            (UserIds{.uid = 33, .gid = 55}));
  // Only the cache is used from now on; and one image needs no tag.
  ASSERT_TRUE(os::publish(image->rootfs / "mark", ""));
  const auto again = resolve_image("oci:" + layout(), dir_ / "cache");
  ASSERT_TRUE(again) << again.error().what;
  EXPECT_TRUE(os::exists(again->rootfs / "mark"));
  EXPECT_EQ(os::list_dir(dir_ / "cache")->size(), 1U);
}

TEST_F(ImageTest, AmongSeveralImagesOneMustBeNamed) {
  if (!has_umoci()) GTEST_SKIP() << "needs the program umoci";
  make_layout({"v1", "v2"});
  EXPECT_THAT(problem("oci:" + layout()), HasSubstr("holds 2 images; name one"));
  EXPECT_THAT(problem("oci:" + layout() + ":v3"),
              HasSubstr("no image tagged 'v3'; its tags: v1, v2"));
}

TEST_F(ImageTest, ADigestThatIsNoneCannotBecomeAPath) {
  const auto index = [&](std::string_view digest) {
    (void)os::publish(dir_ / "index.json",
                      std::format(R"({{"manifests":[{{"digest":"{}"}}]}})", digest));
    return read_layout(dir_, "").error().what;
  };
  for (const auto* digest : {"sha256:../../../../etc/passwd", "sha512:aa", "", "sha256:"}) {
    EXPECT_THAT(index(digest), HasSubstr("manifests[0].digest")) << digest;
  }
}

TEST_F(ImageTest, UsersAreLookedUpInsideTheImageOnly) {
  EXPECT_EQ(resolve_user("", dir_).value(), UserIds{});
  EXPECT_EQ(resolve_user("7:8", dir_).value(), (UserIds{.uid = 7, .gid = 8}));
  EXPECT_FALSE(resolve_user("root", dir_).has_value());
  // A link in an image means a place in the image.
  (void)os::make_dirs(dir_ / "etc");
  std::filesystem::create_symlink("/etc/passwd", dir_ / "etc" / "passwd");
  EXPECT_FALSE(resolve_user("root", dir_).has_value());
}

}  // namespace
}  // namespace drover::cluster::pods
