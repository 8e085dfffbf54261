#include "cli/report_file.h"

#include <gtest/gtest.h>

#include "os/testing/temp_dir.h"

namespace drover::cli {
namespace {

TEST(ReportFile, ItsDirectoryMustBeThere) {
  const os::testing::TempDir folder;
  const auto check = report_file();
  EXPECT_EQ(check(folder / "report.json"), "");
  EXPECT_EQ(check(std::string("report.json")), "");
  EXPECT_EQ(check(std::string("-")), "");
  EXPECT_NE(check(folder / "nowhere" / "report.json").find("there is no directory"),
            std::string::npos);
  EXPECT_NE(check(folder.path().string()).find("is a directory"), std::string::npos);
}

}  // namespace
}  // namespace drover::cli
