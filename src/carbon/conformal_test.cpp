#include "carbon/conformal.h"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "carbon/registry.h"
#include "carbon/synthetic.h"

namespace drover::carbon {
namespace {

TEST(ConformalBand, TakesTheDocumentedRanks) {
  std::vector<double> errors;
  for (int i = 1; i <= 99; ++i) {
    errors.push_back(i - 50);
  }
  std::ranges::shuffle(errors, std::mt19937(1));
  // floor(0.05 * 100) = 5th and ceil(0.95 * 100) = 95th of 99.
  const Band band = conformal_band({errors}, 0.9);
  EXPECT_EQ(band.low, (std::vector<double>{-45}));
  EXPECT_EQ(band.high, (std::vector<double>{45}));
}

TEST(ConformalBand, PoolsNeighboursAndCarriesOverLeadsWithoutErrors) {
  const Band band = conformal_band({{-1, 1}, {}, {}, {}}, 0.9);
  EXPECT_EQ(band.low, (std::vector<double>{-1, -1, -1, -1}));
  EXPECT_EQ(band.high, (std::vector<double>{1, 1, 1, 1}));
  EXPECT_TRUE(conformal_band({{}, {}}, 0.9).low.empty());
}

TEST(ConformalBand, AlwaysHoldsTheMean) {
  const Band band = conformal_band({{5, 6, 7}}, 0.9);
  EXPECT_EQ(band.low.front(), 0);
  EXPECT_EQ(band.high.front(), 7);
}

// On data that no model was chosen on, every model that gives intervals covers about what it says.
TEST(Intervals, CoverAboutNineInTenOnTheSyntheticGrid) {
  constexpr Instant kFrom{std::chrono::sys_days{std::chrono::year{2023} / 6 / 1}};
  constexpr Instant kFirst{std::chrono::sys_days{std::chrono::year{2024} / 3 / 1}};
  constexpr int kIssues = 60;
  const auto series =
      synthetic_series(ZoneId{"SYN-DE"}, kFrom, kFirst + std::chrono::days{kIssues + 5}, 7).value();
  for (const std::string_view name : {"seasonal-naive-24h", "robust-ridge"}) {
    const auto model = make_forecaster(name).value();
    int covered = 0;
    int all = 0;
    for (int issue = 0; issue < kIssues; issue += 3) {
      const auto forecast =
          issue_forecast(*model, series, kFirst + std::chrono::days{issue}, 48).value();
      ASSERT_EQ(forecast.low.size(), 48) << name;
      for (std::size_t lead = 0; lead < 48; ++lead) {
        const auto truth = *series.at(forecast.issued + std::chrono::hours{lead});
        covered += forecast.low[lead] <= truth && truth <= forecast.high[lead] ? 1 : 0;
        ++all;
      }
    }
    EXPECT_GT(covered * 100, all * 80) << name;
    EXPECT_LT(covered * 100, all * 98) << name;
  }
}

}  // namespace
}  // namespace drover::carbon
