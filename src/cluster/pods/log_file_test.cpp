#include "cluster/pods/log_file.h"

#include <format>

#include <gtest/gtest.h>

#include "os/file.h"
#include "os/testing/temp_dir.h"

namespace drover::cluster::pods {
namespace {

class LogFileTest : public testing::Test {
 protected:
  os::testing::TempDir temp_;
  std::filesystem::path dir_ = temp_.path();
  std::filesystem::path file_ = dir_ / "log";
};

TEST_F(LogFileTest, NoFileYetIsAnEmptyLog) { EXPECT_EQ(read_log(file_, std::nullopt).value(), ""); }

TEST_F(LogFileTest, KeepsOneOldFileAndNeverMoreThanThat) {
  {
    auto log = LogFile::open(file_, Bytes{4});
    ASSERT_TRUE(log);
    for (const auto* line : {"one\n", "two\n", "three\n"}) ASSERT_TRUE(log->append(line));
  }
  EXPECT_EQ(read_log(file_, std::nullopt).value(), "two\nthree\n");
  auto again = LogFile::open(file_, Bytes{100});  // a log that is there is continued
  ASSERT_TRUE(again && again->append("four\n"));
  EXPECT_EQ(read_log(file_, std::nullopt).value(), "two\nthree\nfour\n");
}

TEST_F(LogFileTest, TailCountsLinesAcrossBothFiles) {
  auto log = LogFile::open(file_, Bytes{4});
  ASSERT_TRUE(log);
  for (const auto* line : {"one\n", "two\n", "three"}) ASSERT_TRUE(log->append(line));
  EXPECT_EQ(read_log(file_, 0).value(), "");
  EXPECT_EQ(read_log(file_, 1).value(), "three");
  EXPECT_EQ(read_log(file_, 2).value(), "two\nthree");
  EXPECT_EQ(read_log(file_, 9).value(), "two\nthree");
}

}  // namespace
}  // namespace drover::cluster::pods
