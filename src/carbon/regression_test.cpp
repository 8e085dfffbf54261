#include "carbon/regression.h"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

namespace drover::carbon {
namespace {

// Rows of two features and targets 3 + 2 x0 - x1, with noise where asked for.
struct Sample {
  Columns columns;
  std::vector<float> targets;
  std::vector<float> weights;
};

Sample sample(std::size_t rows, double noise) {
  Sample made{.columns = Columns(rows, 2 + kFitColumns), .targets = {}, .weights = {}};
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  for (std::size_t i = 0; i < rows; ++i) {
    const float x0 = 10 + 3 * normal(random);
    const float x1 = normal(random);
    made.columns.column(0)[i] = x0;
    made.columns.column(1)[i] = x1;
    made.targets.push_back(3 + 2 * x0 - x1 + static_cast<float>(noise) * normal(random));
    made.weights.push_back(1);
  }
  return made;
}

TEST(FitRidge, FindsTheLine) {
  auto made = sample(101, 0);
  const auto fit = fit_ridge(made.columns, made.targets, made.weights, {.lambda = 1e-6});
  EXPECT_NEAR(fit.intercept, 3, 1e-3);
  EXPECT_NEAR(fit.slopes[0], 2, 1e-4);
  EXPECT_NEAR(fit.slopes[1], -1, 1e-4);
}

TEST(FitRidge, ThePenaltyShrinksSlopesAndNotTheMean) {
  auto made = sample(101, 0);
  const auto fit = fit_ridge(made.columns, made.targets, made.weights, {.lambda = 1e6});
  EXPECT_NEAR(fit.slopes[0], 0, 1e-3);
  double mean = 0;
  for (const float target : made.targets) {
    mean += static_cast<double>(target) / 101;
  }
  EXPECT_NEAR(fit.intercept, mean, 0.05);
}

TEST(FitRidge, RowsWithoutWeightDoNotCount) {
  auto made = sample(100, 0);
  for (std::size_t i = 0; i < 40; ++i) {
    made.weights[i] = 0;
    made.targets[i] = 1e6F;
  }
  const auto fit = fit_ridge(made.columns, made.targets, made.weights, {.lambda = 1e-6});
  EXPECT_NEAR(fit.slopes[0], 2, 1e-3);
  auto none = sample(10, 0);
  const std::vector<float> nothing(10);
  const auto empty = fit_ridge(none.columns, none.targets, nothing, {});
  EXPECT_EQ(empty.intercept, 0);
  EXPECT_EQ(empty.slopes, (std::vector<double>{0, 0}));
}

TEST(FitRidge, MoreRoundsResistOutliers) {
  const auto slope = [](int rounds) {
    auto made = sample(200, 0.1);
    for (std::size_t i = 0; i < 20; ++i) {
      made.targets[i] += 50 * made.columns.column(1)[i];
    }
    return fit_ridge(made.columns, made.targets, made.weights,
                     {.lambda = 1e-3, .rounds = rounds, .delta = 0.1})
        .slopes[1];
  };
  EXPECT_GT(std::abs(slope(1) + 1), 1);
  EXPECT_LT(std::abs(slope(8) + 1), 0.3);
}

// The law of the block errors: they are those of a fit to the other rows.
TEST(FitRidge, LeftOutErrorsAreThoseOfAFitWithoutTheBlock) {
  auto made = sample(64, 1);
  const auto whole = fit_ridge(made.columns, made.targets, made.weights,
                               {.lambda = 1e-3, .block = 16, .blocks = 2});
  auto again = sample(64, 1);
  const auto row = std::vector<double>{static_cast<double>(again.columns.column(0)[20]),
                                       static_cast<double>(again.columns.column(1)[20])};
  for (std::size_t i = 16; i < 32; ++i) {
    again.weights[i] = 0;
  }
  const auto others = fit_ridge(again.columns, again.targets, again.weights, {.lambda = 1e-3});
  const double predicted = others.intercept + others.slopes[0] * row[0] + others.slopes[1] * row[1];
  EXPECT_NEAR(static_cast<double>(whole.left_out_errors[20]),
              static_cast<double>(again.targets[20]) - predicted, 1e-2);
  EXPECT_TRUE(std::isnan(whole.left_out_errors[40])) << "beyond the last block";
}

TEST(WeightedGram, IsTheSumOfProducts) {
  for (const std::size_t count : {1UL, 4UL, 7UL, 13UL}) {
    Columns columns(19, count);
    std::vector<float> weights(columns.padded_rows());
    for (std::size_t i = 0; i < 19; ++i) {
      weights[i] = static_cast<float>(i % 3);
      for (std::size_t j = 0; j < count; ++j) {
        columns.column(j)[i] = static_cast<float>(static_cast<double>((i * 7 + j * 5) % 11) - 5);
      }
    }
    std::vector<double> gram(count * count);
    weighted_gram(columns, {.first = 0, .count = columns.padded_rows()}, weights, gram);
    for (std::size_t a = 0; a < count; ++a) {
      for (std::size_t b = 0; b <= a; ++b) {
        double sum = 0;
        for (std::size_t i = 0; i < 19; ++i) {
          sum += static_cast<double>(weights[i] * columns.column(a)[i] * columns.column(b)[i]);
        }
        EXPECT_EQ(gram[a * count + b], sum) << count << " columns, " << a << ", " << b;
      }
    }
  }
}

}  // namespace
}  // namespace drover::carbon
