#include "carbon/points.h"

#include <gtest/gtest.h>

#include "carbon/testing/times.h"

namespace drover::carbon {
namespace {

using testing::at;
using testing::hourly;
using testing::kGap;

Point point(std::string_view time, double value, bool estimated = false) {
  return {.at = at(time),
          .value = value == kGap ? std::optional<Intensity>{} : Intensity::grams_per_kwh(value),
          .estimated = estimated};
}

const Series kLike = hourly("DE", "2022-03-01T00:00:00Z", {});

TEST(SeriesOf, PutsPointsInOrderAndKeepsGaps) {
  const auto series =
      series_of({point("2022-03-01T04:00:00Z", 5), point("2022-03-01T00:00:00Z", 1),
                 point("2022-03-01T01:00:00Z", kGap), point("2022-03-01T02:00:00Z", 3, true)},
                kLike);
  ASSERT_TRUE(series) << series.error().what;
  EXPECT_EQ(series->values, hourly("DE", "2022-03-01T00:00:00Z", {1, kGap, 3, kGap, 5}).values);
  EXPECT_EQ(series->estimated, (std::vector<bool>{false, false, true, false, false}));
  EXPECT_EQ(series->source, "test");
}

TEST(SeriesOf, RefusesWhatMakesNoSeries) {
  EXPECT_EQ(series_of({}, kLike).error().code, Code::kInvalid);
  EXPECT_EQ(series_of({point("2022-03-01T00:00:00Z", 1)}, kLike).error().code, Code::kInvalid);
  EXPECT_TRUE(series_of({point("2022-03-01T00:00:00Z", 1)}, kLike, std::chrono::hours{1}));
  EXPECT_EQ(series_of({point("2022-03-01T00:00:00Z", 1), point("2022-03-01T01:00:00Z", 1),
                       point("2022-03-01T02:00:00Z", 1), point("2022-03-01T02:30:00Z", 1)},
                      kLike)
                .error()
                .code,
            Code::kInvalid);
  EXPECT_EQ(series_of({point("2022-03-01T00:00:00Z", 1), point("2022-03-01T01:00:00Z", 1),
                       point("2022-03-01T00:00:00Z", 2)},
                      kLike)
                .error()
                .code,
            Code::kConflict);
  EXPECT_EQ(series_of({point("2022-03-01T00:00:00Z", 1), point("2032-03-01T01:00:00Z", 1)}, kLike)
                .error()
                .code,
            Code::kInvalid);
}

TEST(Coarsened, IsTheMeanAndAGapStaysAGap) {
  Series fine = hourly("DE", "2022-03-01T00:00:00Z", {1, 3, 5, kGap, 7, 9});
  fine.step = std::chrono::minutes{30};
  fine.estimated = {false, true, false, false, false, false};
  const auto hours = coarsened(fine, std::chrono::hours{1});
  ASSERT_TRUE(hours) << hours.error().what;
  EXPECT_EQ(hours->values, hourly("DE", "2022-03-01T00:00:00Z", {2, kGap, 8}).values);
  EXPECT_EQ(hours->estimated, (std::vector<bool>{true, false, false}));
  EXPECT_FALSE(coarsened(fine, std::chrono::minutes{45}));
}

TEST(Coarsened, AnHourBegunIsUnknown) {
  Series fine = hourly("DE", "2022-03-01T00:30:00Z", {1, 3, 5});
  fine.step = std::chrono::minutes{30};
  const auto hours = coarsened(fine, std::chrono::hours{1});
  ASSERT_TRUE(hours) << hours.error().what;
  EXPECT_EQ(hours->start, at("2022-03-01T00:00:00Z"));
  EXPECT_EQ(hours->values, hourly("DE", "2022-03-01T00:00:00Z", {kGap, 4}).values);
}

}  // namespace
}  // namespace drover::carbon
