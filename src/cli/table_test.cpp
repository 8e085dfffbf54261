#include "cli/table.h"

#include <gtest/gtest.h>

namespace drover::cli {
namespace {

TEST(Table, ColumnsAreAsWideAsTheirWidestCell) {
  Table table({"POD", "PHASE"});
  table.add({"a-long-name", "Running"});
  table.add({"b", ""});
  EXPECT_EQ(table.text(), "POD          PHASE\na-long-name  Running\nb\n");
}

TEST(Table, CountsCharactersNotBytes) {
  Table table({"A", "B"});
  table.add({"é…", "x"});
  EXPECT_EQ(table.text(), "A   B\né…  x\n");
}

}  // namespace
}  // namespace drover::cli
