#include "os/nft.h"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "os/netns.h"
#include "os/testing/expect.h"

namespace drover::os {
namespace {

using testing::FailsWith;
using testing::IsOk;

constexpr std::string_view kLock = R"(
table inet drover_m1 {
  chain in { type filter hook input priority -300; policy drop; meta mark 0xC114 accept; }
}
)";

// Runs `work` in a new namespace and passes its error, if any, to the test.
template <class F>
void isolated(F&& work) {
  const auto ns = NetNamespace::create();
  ASSERT_THAT(ns, IsOk());
  ASSERT_THAT(call_in(*ns, work), IsOk());
}

TEST(Nft, AppliesAndListsInTheThreadsNamespace) {
  isolated([] {
    ASSERT_THAT(nft(kLock), IsOk());
    EXPECT_TRUE(nft_table_exists("inet", "drover_m1"));
    EXPECT_THAT(*nft_list("table inet drover_m1"), ::testing::HasSubstr("0x0000c114 accept"));
    EXPECT_THAT(*nft_list_json("tables"), ::testing::HasSubstr("\"drover_m1\""));
  });
  EXPECT_FALSE(nft_table_exists("inet", "drover_m1"));
}

TEST(Nft, IsAllOrNothing) {
  isolated([] {
    EXPECT_THAT(nft("add table inet a\nadd chain inet absent c"),
                FailsWith(Code::kNotFound, "No such file or directory"));
    EXPECT_FALSE(nft_table_exists("inet", "a"));
  });
}

TEST(Nft, QuotesWhatIsWrong) {
  isolated([] {
    EXPECT_THAT(nft("add tabel inet a"), FailsWith(Code::kInvalid, "syntax error"));
    EXPECT_THAT(nft_list("table inet a"), FailsWith(Code::kNotFound, "table inet a"));
  });
}

TEST(Nft, DeletesATableWhetherThereOrNot) {
  isolated([] {
    ASSERT_THAT(nft(kLock), IsOk());
    EXPECT_THAT(nft_delete_table("inet", "drover_m1"), IsOk());
    EXPECT_THAT(nft_delete_table("inet", "drover_m1"), IsOk());
    EXPECT_FALSE(nft_table_exists("inet", "drover_m1"));
  });
}

TEST(Nft, WorksFromManyThreads) {
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] { isolated([] { EXPECT_THAT(nft(kLock), IsOk()); }); });
  }
}

}  // namespace
}  // namespace drover::os
