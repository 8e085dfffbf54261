#include "api/rolling.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "carbon/testing/times.h"

namespace drover::api {
namespace {

using carbon::testing::at;

carbon::Forecast forecast(const std::vector<double>& means) {
  carbon::Forecast out;
  out.issued = at("2025-06-05T10:00:00Z");
  for (const double mean : means) {
    out.mean.push_back(Intensity::grams_per_kwh(mean));
  }
  return out;
}

Instant hour(double hours) {
  return at("2025-06-05T10:00:00Z") + Duration{static_cast<Duration::rep>(hours * 3'600'000)};
}

TEST(Rolling, HalvesOfStepsCountHalf) {
  const auto means = rolling_means(
      forecast({10, 20, 40}),
      {.leads = 3, .from = hour(0.5), .to = hour(3), .window = std::chrono::minutes{60}});
  ASSERT_EQ(means.size(), 2U);
  EXPECT_EQ(means[0].from, hour(0.5));
  EXPECT_EQ(means[0].mean.grams_per_kwh(), 15);
  EXPECT_EQ(means[1].mean.grams_per_kwh(), 30);
}

TEST(Rolling, LeadsThatWereNotAskedForAreNotLookedAt) {
  const auto one = forecast({10, 20, 1});
  EXPECT_EQ(rolling_means(one, {.leads = 2, .from = hour(0), .to = hour(3)}).size(), 2U);
  EXPECT_EQ(
      rolling_means(
          one, {.leads = 2, .from = hour(0), .to = hour(3), .window = std::chrono::minutes{120}})
          .size(),
      1U);
}

TEST(Rolling, EqualToTheMilligramIsATie) {
  const auto best = lowest(rolling_means(forecast({7.0001, 9, 6.9999, 7}),
                                         {.leads = 4, .from = hour(0), .to = hour(4)}));
  EXPECT_EQ(best.size(), 3U);
  EXPECT_TRUE(lowest({}).empty());
}

RC_GTEST_PROP(Rolling, AMeanLiesBetweenWhatItIsMadeOf, ()) {
  const auto values = *rc::gen::nonEmpty<std::vector<unsigned short>>();
  const auto one = forecast({values.begin(), values.end()});
  const auto minutes = *rc::gen::inRange(1, 600);
  const auto end = hour(static_cast<double>(values.size()));
  const auto [least, most] = std::ranges::minmax(one.mean);
  const auto from = hour(*rc::gen::inRange(0, 120) / 60.0);
  for (const auto& mean : rolling_means(one, {.leads = values.size(),
                                              .from = from,
                                              .to = end,
                                              .window = std::chrono::minutes{minutes}})) {
    RC_ASSERT(mean.from >= from);
    RC_ASSERT(mean.from + mean.length <= end);
    RC_ASSERT(mean.mean >= least);
    RC_ASSERT(mean.mean <= most);
  }
}

}  // namespace
}  // namespace drover::api
