#include "carbon/history.h"

#include <type_traits>

#include <gtest/gtest.h>

#include "carbon/testing/times.h"

namespace drover::carbon {
namespace {

using testing::at;
using testing::hourly;
using testing::kGap;

const Instant kIssued = at("2022-03-01T02:00:00Z");

TEST(History, HoldsNothingFromTheIssueTimeOn) {
  const auto history = History::before(hourly("DE", "2022-03-01T00:00:00Z", {1, 2, 3, 4}), kIssued);
  ASSERT_TRUE(history);
  EXPECT_EQ(history->issued(), kIssued);
  EXPECT_EQ(history->series().values, hourly("DE", "2022-03-01T00:00:00Z", {1, 2}).values);
}

TEST(History, IsPaddedWithGapsUpToTheIssueTime) {
  const auto history = History::before(hourly("DE", "2022-03-01T00:00:00Z", {1}), kIssued);
  ASSERT_TRUE(history);
  EXPECT_EQ(history->series().values, hourly("DE", "2022-03-01T00:00:00Z", {1, kGap}).values);
}

TEST(History, DropsForeignForecastsThatWereIssuedLater) {
  const Series values = hourly("DE", "2022-03-01T02:00:00Z", {1});
  const std::vector<ProviderForecast> foreign = {
      {.issued = kIssued + Duration{1}, .values = values},
      {.issued = kIssued, .values = values},
      {.issued = kIssued - std::chrono::hours{1}, .values = values}};
  const auto history = History::before(hourly("DE", "2022-03-01T00:00:00Z", {1}), kIssued, foreign);
  ASSERT_TRUE(history);
  ASSERT_EQ(history->foreign().size(), 2);
  EXPECT_EQ(history->foreign().back().issued, kIssued);
}

TEST(History, CanOnlyBeMadeByCutting) {
  static_assert(!std::is_constructible_v<History, Series, std::vector<ProviderForecast>>);
  static_assert(!std::is_default_constructible_v<History>);
  static_assert(std::is_same_v<decltype(std::declval<History&>().series()), const Series&>);
  EXPECT_FALSE(History::before(hourly("DE", "2022-03-01T00:00:00Z", {1}),
                               kIssued + std::chrono::minutes{1}));
}

}  // namespace
}  // namespace drover::carbon
