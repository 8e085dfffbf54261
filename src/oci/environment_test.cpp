#include "oci/environment.h"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/command.h"

namespace drover::oci {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(Environment, ReadsItsOwnVariablesAndNoOthers) {
  const std::array variables = {"DROVER_RUNCX=/no",
                                "DROVER_RUNC=/usr/bin/runc",
                                "DROVER_RESTORES=/r",
                                "DROVER_RESTORE_TIMEOUT_S=7",
                                "CRTOOLS_SCRIPT_ACTION=pre-resume",
                                static_cast<const char*>(nullptr)};
  const auto environment = read_environment(variables.data());
  EXPECT_EQ(environment.runc, "/usr/bin/runc");
  EXPECT_EQ(environment.restores, "/r");
  EXPECT_EQ(environment.restore_timeout, std::chrono::seconds(7));
  EXPECT_EQ(environment.script_action, "pre-resume");
  EXPECT_THAT(environment.path, HasSubstr("/usr/sbin"));
}

TEST(Environment, AMalformedTimeoutIsTheUsualOne) {
  for (const auto* text : {"DROVER_RESTORE_TIMEOUT_S=", "DROVER_RESTORE_TIMEOUT_S=-1",
                           "DROVER_RESTORE_TIMEOUT_S=9s"}) {
    const std::array variables = {text, static_cast<const char*>(nullptr)};
    EXPECT_EQ(read_environment(variables.data()).restore_timeout, std::chrono::seconds(90)) << text;
  }
}

TEST(Environment, PathForCriuAddsWhatIsMissingAtItsEnd) {
  EXPECT_THAT(path_for_criu({.path = "/opt/criu:/usr/bin"}),
              StartsWith("/opt/criu:/usr/bin:/usr/local/sbin:"));
  EXPECT_THAT(path_for_criu({.path = "/opt/criu:/usr/bin"}), HasSubstr(":/usr/sbin"));
}

TEST(Environment, AMissingRuncSaysWhereItWasLookedFor) {
  EXPECT_THAT(find_runc({.path = "/no:/where"}).error().what,
              HasSubstr("no runc in PATH (/no:/where)"));
  EXPECT_THAT(find_runc({.runc = "/no/runc"}).error().what,
              HasSubstr("DROVER_RUNC=/no/runc is not a program"));
}

TEST(Environment, RuncMustNotBeTheWrapperItself) {
  EXPECT_EQ(find_runc({.runc = os::self_exe().value()}).error().code, Code::kConflict);
}

}  // namespace
}  // namespace drover::oci
