#include "cli/load_histogram.h"

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace drover::cli {
namespace {

TEST(LatencyHistogram, EmptyHasNoLatency) {
  const LatencyHistogram histogram;
  EXPECT_EQ(histogram.count(), 0);
  EXPECT_EQ(histogram.quantile(0.99), Micros{0});
  EXPECT_EQ(histogram.max(), Micros{0});
}

TEST(LatencyHistogram, SmallValuesAreExact) {
  LatencyHistogram histogram;
  for (int i = 1; i <= 10; ++i) {
    histogram.add(Micros{i});
  }
  EXPECT_EQ(histogram.quantile(0.5), Micros{5});
  EXPECT_EQ(histogram.quantile(1.0), Micros{10});
}

// The true quantile is never understated, and overstated by no more than a sixteenth.
TEST(LatencyHistogram, QuantilesStayWithinTheirBound) {
  std::mt19937_64 random(7);
  std::lognormal_distribution<double> spread(6, 2);
  LatencyHistogram histogram;
  std::vector<std::int64_t> values;
  for (int i = 0; i < 20000; ++i) {
    values.push_back(static_cast<std::int64_t>(spread(random)));
    histogram.add(Micros{values.back()});
  }
  std::ranges::sort(values);
  for (const double share : {0.01, 0.5, 0.9, 0.99, 0.999}) {
    const auto index = static_cast<std::size_t>(std::ceil(share * 20000)) - 1;
    const auto got = histogram.quantile(share).count();
    EXPECT_GE(got, values[index]) << share;
    EXPECT_LE(static_cast<double>(got), static_cast<double>(values[index]) * (1 + 1.0 / 16) + 1)
        << share;
  }
  EXPECT_EQ(histogram.max().count(), values.back());
}

TEST(LatencyHistogram, HugeAndNegativeValuesAreKeptInRange) {
  LatencyHistogram histogram;
  histogram.add(Micros{-5});
  histogram.add(Micros{INT64_MAX});
  EXPECT_EQ(histogram.count(), 2);
  EXPECT_EQ(histogram.quantile(0.5), Micros{0});
  EXPECT_EQ(histogram.max(), Micros{INT64_MAX});
}

TEST(LatencyHistogram, MergeAddsCountsAndKeepsTheLargest) {
  LatencyHistogram a;
  LatencyHistogram b;
  a.add(Micros{3});
  b.add(Micros{9});
  b.add(Micros{700});
  a.merge(b);
  EXPECT_EQ(a.count(), 3);
  EXPECT_EQ(a.max(), Micros{700});
  EXPECT_EQ(a.quantile(0.5), Micros{9});
}

}  // namespace
}  // namespace drover::cli
