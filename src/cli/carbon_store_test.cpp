#include "cli/carbon_store.h"

#include <gtest/gtest.h>

#include "os/testing/temp_dir.h"

namespace drover::cli {
namespace {

TEST(CarbonStore, APathIsAFileThatIsMadeOnlyForWriting) {
  const os::testing::TempDir folder;
  const std::string file = folder / "carbon.db";
  EXPECT_EQ(open_existing_carbon_store(file).error().code, Code::kNotFound);
  EXPECT_FALSE(os::exists(file));
  EXPECT_TRUE(open_carbon_store(file));
  EXPECT_TRUE(open_existing_carbon_store(file));
}

// The tests of carbon/postgres have a server; here it is enough to see who answers.
TEST(CarbonStore, AUriIsAServer) {
  for (const auto* uri :
       {"postgresql:///grid?host=/nonexistent", "postgres:///grid?host=/nonexistent"}) {
    for (const auto& opened :
         {open_carbon_store(uri).error(), open_existing_carbon_store(uri).error()}) {
      EXPECT_EQ(opened.code, Code::kUnavailable);
      EXPECT_NE(opened.what.find("PostgreSQL database 'grid' at /nonexistent"), std::string::npos)
          << opened.what;
    }
  }
}

TEST(CarbonStore, APasswordInTheUriIsRefusedAndNotRepeated) {
  const auto refused = open_carbon_store("postgresql://me:hunter2@db.example/grid");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kInvalid);
  EXPECT_EQ(refused.error().what.find("hunter2"), std::string::npos) << refused.error().what;
}

}  // namespace
}  // namespace drover::cli
