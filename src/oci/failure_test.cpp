#include "oci/failure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace drover::oci {
namespace {

using testing::HasSubstr;

constexpr auto kLog =
    "(00.001017) Error (criu/util.c:1534): rlimit: Can't setup RLIMIT_NOFILE for self: Operation "
    "not permitted\n"
    "(00.012000) pie: 6: seccomp: mode 0 on tid 6\n"
    "(00.148657) Error (criu/files-reg.c:2143): Can't open file data/x: No such file or directory\n"
    "(00.150122) Error (criu/cr-restore.c:2331): Restoring FAILED.\n";

TEST(Failure, OnlyErrorsAreShownAndNotTheHarmlessOne) {
  EXPECT_EQ(error_lines(kLog),
            "(00.148657) Error (criu/files-reg.c:2143): Can't open file data/x: No such file or "
            "directory\n"
            "(00.150122) Error (criu/cr-restore.c:2331): Restoring FAILED.");
}

TEST(Failure, ManyErrorsAreCutAfterTheFirstOnes) {
  std::string log;
  for (int i = 0; i < 1000; ++i) log += "Error (criu/x.c:1): again\n";
  EXPECT_LT(error_lines(log).size(), 300U);
}

TEST(Failure, WithoutALogItIsSaidWhereItWouldBe) {
  EXPECT_THAT(explain_failure("/no/restore.log", 3), HasSubstr("exit code 3; see /no/restore.log"));
}

}  // namespace
}  // namespace drover::oci
