#include "os/log.h"

#include <gtest/gtest.h>

#include "os/file.h"
#include "os/testing/expect.h"
#include "os/testing/temp_dir.h"

namespace drover::os {
namespace {

using testing::FailsWith;
using testing::IsOk;
using testing::TempDir;

TEST(Log, AppendsLinesFromItsLevelUp) {
  const TempDir dir;
  ASSERT_THAT(atomic_write(dir / "log", "earlier\n"), IsOk());
  ASSERT_THAT(setup_log({.name = "agent", .file = dir / "log"}), IsOk());
  log_debug("hidden");
  log_info("pod {} is {}", "redis", "up");
  log(LogLevel::kError, "{not a format}");
  const auto text = *read_file(dir / "log");
  EXPECT_TRUE(text.starts_with("earlier\n20")) << text;
  EXPECT_THAT(text, ::testing::HasSubstr("] info: pod redis is up\n"));
  EXPECT_THAT(text, ::testing::HasSubstr("] error: {not a format}\n"));
  EXPECT_THAT(text, ::testing::Not(::testing::HasSubstr("hidden")));
}

TEST(Log, SaysWhenItsFileCannotBeOpened) {
  EXPECT_THAT(setup_log({.name = "x", .file = "/no/such/log"}),
              FailsWith(Code::kNotFound, "/no/such/log"));
}

}  // namespace
}  // namespace drover::os
