#include "oci/invocation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace drover::oci {
namespace {

using testing::ElementsAre;

TEST(Invocation, TheVerbIsTheFirstArgumentThatIsNoFlagOrItsValue) {
  const auto call =
      read_invocation({"drover-runtime", "--root", "/r", "-log=/l", "--systemd-cgroup",
                       "--log-format", "json", "create", "--bundle", "/b", "id"});
  EXPECT_EQ(call.verb, "create");
  EXPECT_THAT(call.global,
              ElementsAre("--root", "/r", "-log=/l", "--systemd-cgroup", "--log-format", "json"));
  EXPECT_THAT(call.arguments, ElementsAre("--bundle", "/b", "id"));
  EXPECT_EQ(call.root, "/r");
  EXPECT_EQ(call.log, "/l");
  EXPECT_TRUE(call.json_log);
}

TEST(Invocation, NoVerbAtAllIsFine) {
  EXPECT_EQ(read_invocation({"drover-runtime", "--version"}).verb, "");
  EXPECT_EQ(read_invocation({"drover-runtime"}).verb, "");
  EXPECT_EQ(read_invocation({}).verb, "");
  EXPECT_EQ(read_invocation({"drover-runtime", "--root"}).verb, "");
}

TEST(Invocation, RootIsRuncsUnlessNamed) {
  EXPECT_EQ(read_invocation({"x", "state", "id"}).root, "/run/runc");
}

TEST(Flags, EndAtTwoDashesAndAtTheFirstArgument) {
  const std::vector<std::string> dashes = {"--a", "--", "--b"};
  EXPECT_EQ(read_flags(dashes, {}).count, 2U);
  EXPECT_FALSE(read_flags(dashes, {}).has("b"));
  const std::vector<std::string> argument = {"-", "--b"};
  EXPECT_EQ(read_flags(argument, {}).count, 0U);
}

TEST(Flags, AnEmptyValueIsAValue) {
  const std::vector<std::string> arguments = {"--bundle=", "--pid-file", "-x"};
  const auto flags = read_flags(arguments, {"bundle", "pid-file"});
  EXPECT_EQ(flags.get("bundle", "other"), "");
  EXPECT_EQ(flags.get("pid-file"), "-x");
}

}  // namespace
}  // namespace drover::oci
