#include "cli/load_check.h"

#include <set>

#include <gtest/gtest.h>

namespace drover::cli {
namespace {

TEST(CounterCheck, ConsecutiveRepliesAreFaultless) {
  CounterCheck check(41);
  for (int value = 42; value < 50; ++value) {
    check.sent();
    check.replied(value);
  }
  check.final_value(49);
  EXPECT_EQ(check.acknowledged(), 49);
  EXPECT_EQ(check.lost(), 0);
  EXPECT_EQ(check.duplicated(), 0);
}

TEST(CounterCheck, ASmallerReplyMeansLostIncrements) {
  CounterCheck check(0);
  for (int value = 1; value <= 10; ++value) {
    check.sent();
    check.replied(value);
  }
  check.sent();
  check.replied(4);  // 11 expected: the copy that answers has forgotten seven
  EXPECT_EQ(check.lost(), 7);
  check.sent();
  check.replied(5);
  EXPECT_EQ(check.lost(), 7) << "one fault is counted once";
  EXPECT_EQ(check.duplicated(), 0);
}

TEST(CounterCheck, ALargerReplyMeansDuplicatedIncrements) {
  CounterCheck check(0);
  check.sent();
  check.replied(3);
  EXPECT_EQ(check.duplicated(), 2);
  EXPECT_EQ(check.lost(), 0);
}

TEST(CounterCheck, ARequestInDoubtMayCountOrNot) {
  for (const int next : {1, 2}) {
    CounterCheck check(0);
    check.sent();  // the connection breaks before the reply
    check.sent();
    check.replied(next);
    EXPECT_EQ(check.lost(), 0);
    EXPECT_EQ(check.duplicated(), 0);
  }
  CounterCheck check(0);
  check.sent();
  check.sent();
  check.replied(3);
  EXPECT_EQ(check.duplicated(), 1);
}

TEST(CounterCheck, TheFinalValueIsJudgedToo) {
  CounterCheck less(5);
  less.final_value(4);
  EXPECT_EQ(less.lost(), 1);
  CounterCheck more(5);
  more.final_value(6);
  EXPECT_EQ(more.duplicated(), 1);
  CounterCheck doubt(5);
  doubt.sent();
  doubt.final_value(6);
  EXPECT_EQ(doubt.duplicated(), 0);
}

TEST(DataSet, ValuesFollowFromSeedAndKeyAlone) {
  const auto set = make_data_set(7, 64LL * 1024);
  EXPECT_EQ(set.keys, 16);
  std::set<std::string> values;
  for (std::int64_t i = 0; i < set.keys; ++i) {
    EXPECT_TRUE(set.matches(i, set.value(i)));
    values.insert(set.value(i));
  }
  EXPECT_EQ(values.size(), 16U);
  EXPECT_NE(set.value(0), make_data_set(8, 4096).value(0));
}

TEST(DataSet, AnyChangedByteIsSeen) {
  const auto set = make_data_set(1, 4096);
  for (const std::size_t at : {0U, 1U, 2048U, 4095U}) {
    auto value = set.value(0);
    value[at] = static_cast<char>(value[at] ^ 1);
    EXPECT_FALSE(set.matches(0, value)) << at;
  }
  EXPECT_FALSE(set.matches(0, set.value(0).substr(1)));
  EXPECT_FALSE(set.matches(0, ""));
}

TEST(DataSet, SizesThatAreNoMultipleOfAWordAreFilled) {
  const DataSet set{.seed = 1, .keys = 1, .value_bytes = 13};
  EXPECT_EQ(set.value(0).size(), 13U);
}

}  // namespace
}  // namespace drover::cli
