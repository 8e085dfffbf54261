#include "oci/container_config.h"

#include <format>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/file.h"
#include "os/testing/temp_dir.h"

namespace drover::oci {
namespace {

using testing::HasSubstr;

constexpr auto kConfig =
    R"({"annotations":{"drover.dev/migration":"m-000001","drover.dev/container":"web",
  "org.criu.config":"/n/criu.conf"},"linux":{"namespaces":[{"type":"pid"},{"type":"network","path":"/proc/7/ns/net"}]}})";

class ContainerConfigTest : public testing::Test {
 protected:
  Result<std::optional<RestoreRequest>> read(const std::string& config) {
    (void)os::publish(bundle_ / "config.json", config);
    return read_restore_request(bundle_);
  }
  std::string problem(const std::string& config) {
    const auto request = read(config);
    return request ? "no problem" : request.error().what;
  }

  os::testing::TempDir temp_;
  std::filesystem::path bundle_ = temp_.path();
};

TEST_F(ContainerConfigTest, AContainerOfAMigrationSaysSoInItsAnnotations) {
  const auto request = read(kConfig);
  ASSERT_TRUE(request && request->has_value());
  EXPECT_EQ((*request)->migration, "m-000001");
  EXPECT_EQ((*request)->container, "web");
  EXPECT_EQ((*request)->criu_config, "/n/criu.conf");
  EXPECT_EQ((*request)->netns, "/proc/7/ns/net");
}

TEST_F(ContainerConfigTest, OrdinaryAndUnreadableOnesAreRuncsBusiness) {
  for (const auto* text : {"", "{", "[]", R"({"annotations":{"a":"b"}})",
                           R"({"process":{"args":["drover.dev/migration"]}})"}) {
    const auto request = read(text);
    ASSERT_TRUE(request) << text;
    EXPECT_FALSE(request->has_value()) << text;
  }
  const auto missing = read_restore_request("/no/bundle");
  EXPECT_TRUE(missing && !missing->has_value());
}

TEST_F(ContainerConfigTest, ADamagedOneThatNamesAMigrationIsNeverStartedCold) {
  EXPECT_THAT(problem(R"({"annotations":{"drover.dev/migration":"m-1")"),
              HasSubstr("not a JSON object"));
  EXPECT_THAT(problem(R"({"annotations":{"drover.dev/migration":7}})"),
              HasSubstr("is not the id of a migration"));
}

TEST_F(ContainerConfigTest, NamesCannotClimbOutOfTheRestores) {
  for (const auto* id : {"..", "../x", "a/b", ".a", "", "a b"}) {
    EXPECT_THAT(problem(std::format(
                    R"({{"annotations":{{"drover.dev/migration":"{}","drover.dev/container":"c",
      "org.criu.config":"/c"}}}})",
                    id)),
                HasSubstr("is not the id of a migration"))
        << id;
    EXPECT_THAT(problem(std::format(
                    R"({{"annotations":{{"drover.dev/migration":"m","drover.dev/container":"{}",
      "org.criu.config":"/c"}}}})",
                    id)),
                HasSubstr("is not the name of a container"))
        << id;
  }
  EXPECT_THAT(problem(R"({"annotations":{"drover.dev/migration":"m","drover.dev/container":"c"}})"),
              HasSubstr("absolute path"));
}

// Every prefix and every flipped byte of a good file gives a value or an error, nothing else.
TEST_F(ContainerConfigTest, AnyDamageIsAnswered) {
  const std::string good = kConfig;
  for (std::size_t i = 0; i < good.size(); ++i) {
    (void)read(good.substr(0, i));
    auto flipped = good;
    flipped[i] = static_cast<char>(flipped[i] ^ 0x15);
    (void)read(flipped);
  }
}

}  // namespace
}  // namespace drover::oci
