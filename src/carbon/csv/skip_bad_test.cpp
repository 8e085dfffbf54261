// Bad lines: without --skip-bad nothing is imported, with it they are left out, counted and listed.
#include <format>
#include <string>

#include <gtest/gtest.h>

#include "carbon/csv/import.h"
#include "carbon/testing/times.h"

namespace drover::carbon {
namespace {

using testing::hourly;
using testing::kGap;

const CsvOptions kSkip = {.scope = Scope::kDirect, .zone = {}, .source = {}, .skip_bad = true};
const CsvOptions kStrict = {.scope = Scope::kDirect, .zone = {}, .source = {}};

std::vector<std::size_t> lines(const CsvContent& content) {
  std::vector<std::size_t> all;
  for (const SkippedLine& line : content.skipped_lines) {
    all.push_back(line.line);
  }
  return all;
}

TEST(SkipBad, AZoneMayBeOffTheStepsOfOthers) {
  const std::string text =
      "start,zone,ci,scope\n"
      "2021-01-01T00:00Z,DE,1,direct\n"
      "2021-01-01T01:00Z,DE,2,direct\n"
      "2021-01-01T02:00Z,DE,3,direct\n"
      "2021-01-01T00:30Z,IN,4,direct\n"
      "2021-01-01T01:30Z,IN,5,direct\n";
  for (const CsvOptions& options : {kStrict, kSkip}) {
    const auto content = parse_carbon_csv(text, "a.csv", options);
    ASSERT_TRUE(content) << content.error().what;
    EXPECT_EQ(content->skipped, 0);
    EXPECT_EQ(content->series.size(), 2U);
  }
}

TEST(SkipBad, EveryKindOfBadLineIsLeftOutWholeAndListed) {
  const std::string text =
      "datetime_utc,DE,FR\n"
      "2021-01-01T00Z,1,10\n"
      "2021-01-01T01Z,2,x\n"      // 3: not a number, after a good field
      "2021-01-01T02Z,3\n"        // 4: too few fields
      "yesterday,4,40\n"          // 5: no time
      "2021-01-01T03Z,5,-1\n"     // 6: negative
      "2021-01-01T04Z,\"6,60\n"   // 7: a quote that does not end
      "2021-01-01T05Z,7,70\n"     //
      "2021-01-01T05Z,8,70\n"     // 9: contradicts
      "2020-12-31T00Z,9,90\n"     // 10: back in time
      "9021-01-01T06Z,9,90\n"     // 11: far away
      "2021-01-01T06:30Z,9,90\n"  // 12: between the steps
      "\n"                        // 13: blank line
      "2021-01-01T07Z,11,110\n"
      "2021-01-01T08Z,12,120\n"
      "2021-01-01T09Z,13,130\n";
  EXPECT_FALSE(parse_carbon_csv(text, "a.csv", kStrict));
  const auto content = parse_carbon_csv(text, "a.csv", kSkip);
  ASSERT_TRUE(content) << content.error().what;
  EXPECT_EQ(content->skipped, 10);
  EXPECT_EQ(lines(*content), (std::vector<std::size_t>{3, 4, 5, 6, 7, 9, 10, 11, 12, 14}));
  EXPECT_EQ(content->skipped_lines[0].reason.find("a.csv:3, column FR: 'x' is not a number"), 0);
  const double gap = kGap;
  ASSERT_EQ(content->series.size(), 2);
  EXPECT_EQ(
      content->series[0].values,
      hourly("DE", "2021-01-01T00:00:00Z", {1, gap, gap, gap, gap, 7, gap, 11, 12, 13}).values);
  EXPECT_EQ(content->series[1].values,
            hourly("FR", "2021-01-01T00:00:00Z", {10, gap, gap, gap, gap, 70, gap, 110, 120, 130})
                .values);
}

TEST(SkipBad, AllAreCountedAndTheFirstTwentyListed) {
  std::string text = "datetime_utc,DE\n";
  for (int i = 0; i < 60; ++i) {
    text += std::format("2021-01-01T00:{:02}Z,{}\n", i, i % 2 == 0 ? "1" : "bad");
  }
  const auto content = parse_carbon_csv(text, "a.csv", kSkip);
  ASSERT_TRUE(content) << content.error().what;
  EXPECT_EQ(content->skipped, 30);
  EXPECT_EQ(content->skipped_lines.size(), kMaxListed);
  EXPECT_EQ(content->skipped_lines.back().line, 41);
}

TEST(SkipBad, AFileOfNothingElseIsStillAnError) {
  const auto content = parse_carbon_csv("datetime_utc,DE\nx,1\ny,2\n", "a.csv", kSkip);
  ASSERT_FALSE(content);
  EXPECT_EQ(content.error().what,
            "a.csv: one row tells no step of time; a file needs at least two "
            "rows of one zone");
}

}  // namespace
}  // namespace drover::carbon
