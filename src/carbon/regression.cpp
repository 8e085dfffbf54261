#include "carbon/regression.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <Eigen/Cholesky>
#include <Eigen/Core>

namespace drover::carbon {
namespace {

// Small enough to stay off the heap: there are thousands of them.
constexpr int kMostColumns = 48;
using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor, kMostColumns,
                             kMostColumns>;
using Vector = Eigen::Matrix<double, Eigen::Dynamic, 1, Eigen::ColMajor, kMostColumns, 1>;

constexpr double kNoSpread = 1e-9;

// Solves for the slopes of the standardised features and the intercept, from the inner products of
// [features, ones, targets].
struct Solution {
  Vector slopes;
  double intercept = 0;
};

Solution solve(const Matrix& gram, double lambda) {
  const auto features = gram.rows() - 2;
  const auto ones = features;
  const auto target = features + 1;
  const double weight = gram(ones, ones);
  const Vector means = gram.row(ones).head(features).transpose() / weight;
  const double target_mean = gram(target, ones) / weight;
  Matrix normal = gram.topLeftCorner(features, features);
  normal.noalias() -= weight * means * means.transpose();
  normal.diagonal().array() += lambda;
  const Vector right = gram.row(target).head(features).transpose() - weight * target_mean * means;
  Solution solution;
  solution.slopes = normal.selfadjointView<Eigen::Lower>().llt().solve(right);
  solution.intercept = target_mean - means.dot(solution.slopes);
  return solution;
}

void scale_to_mean_one(std::span<float> weights, double rows) {
  double sum = 0;
  for (const float weight : weights) {
    sum += static_cast<double>(weight);
  }
  const auto factor = static_cast<float>(rows / sum);
  for (float& weight : weights) {
    weight *= factor;
  }
}

// target - prediction of the rows; `errors` is for all rows.
void errors_of(const Columns& columns, Rows rows, const Solution& solution,
               std::span<float> errors) {
  const auto features = static_cast<std::size_t>(solution.slopes.size());
  const auto part = errors.subspan(rows.first, rows.count);
  const float* targets = columns.column(features + 1).data() + rows.first;
  const auto intercept = static_cast<float>(solution.intercept);
  for (std::size_t i = 0; i < part.size(); ++i) {
    part[i] = targets[i] - intercept;
  }
  for (std::size_t j = 0; j < features; ++j) {
    const auto slope = static_cast<float>(solution.slopes(static_cast<Eigen::Index>(j)));
    subtract(part, slope, columns.column(j).data() + rows.first);
  }
}

void gram_of(const Columns& columns, Rows rows, std::span<const float> weights, Matrix& gram) {
  weighted_gram(columns, rows, weights,
                std::span(gram.data(), static_cast<std::size_t>(gram.size())));
}

std::vector<float> leave_blocks_out(const Columns& columns, std::span<const float> weights,
                                    const Matrix& gram, const RidgeOptions& options) {
  const std::size_t end = std::min(options.block * options.blocks, columns.padded_rows());
  std::vector<float> errors(columns.padded_rows());
  Matrix block = Matrix::Zero(gram.rows(), gram.cols());
  for (std::size_t first = 0; first < end; first += options.block) {
    const Rows rows = {.first = first, .count = std::min(options.block, end - first)};
    gram_of(columns, rows, weights, block);
    const auto ones = gram.rows() - 2;
    if (gram(ones, ones) - block(ones, ones) <= kNoSpread) {
      continue;  // nothing would be left; the error stays that of predicting 0
    }
    const Matrix others = gram - block;
    errors_of(columns, rows, solve(others, options.lambda), errors);
  }
  for (std::size_t i = 0; i < errors.size(); ++i) {
    errors[i] = weights[i] > 0 && i < end ? errors[i] : std::numeric_limits<float>::quiet_NaN();
  }
  return errors;
}

// The Huber weights of the next round.
void reweigh(std::span<const float> weights, std::span<const float> errors, double delta,
             std::span<float> next) {
  double sum = 0;
  double rows = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    sum += static_cast<double>(weights[i] * std::abs(errors[i]));
    rows += weights[i] > 0 ? 1 : 0;
  }
  const auto scale = static_cast<float>(sum / rows + kNoSpread);
  const float smallest = static_cast<float>(delta) * scale;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    next[i] = weights[i] * scale / std::max(std::abs(errors[i]), smallest);
  }
  scale_to_mean_one(next, rows);
}

}  // namespace

LinearFit fit_ridge(Columns& columns, std::span<const float> targets,
                    std::span<const float> weights, const RidgeOptions& options) {
  const std::size_t features = columns.count() - kFitColumns;
  LinearFit fit{.intercept = 0, .slopes = std::vector<double>(features), .left_out_errors = {}};
  const auto rows =
      static_cast<double>(std::ranges::count_if(weights, [](float w) { return w > 0; }));
  if (rows == 0) {
    return fit;
  }
  std::vector<float> base(columns.padded_rows());
  std::ranges::copy(weights, base.begin());
  scale_to_mean_one(base, rows);
  std::vector<Scaling> scalings;
  scalings.reserve(features);
  for (std::size_t j = 0; j < features; ++j) {
    scalings.push_back(standardise(columns.column(j), base));
  }
  std::ranges::fill(columns.column(features).first(weights.size()), 1.0F);
  std::ranges::copy(targets, columns.column(features + 1).begin());
  std::vector<float> current = base;
  std::vector<float> errors(columns.padded_rows());
  const auto size = static_cast<Eigen::Index>(columns.count());
  Matrix gram = Matrix::Zero(size, size);
  const Rows all = {.first = 0, .count = columns.padded_rows()};
  Solution solution;
  for (int round = 0; round < options.rounds; ++round) {
    if (round > 0) {
      errors_of(columns, all, solution, errors);
      reweigh(base, errors, options.delta, current);
    }
    gram_of(columns, all, current, gram);
    solution = solve(gram, options.lambda);
  }
  if (options.block > 0) {
    fit.left_out_errors = leave_blocks_out(columns, current, gram, options);
    fit.left_out_errors.resize(weights.size());
  }
  fit.intercept = solution.intercept;
  for (std::size_t j = 0; j < features; ++j) {
    fit.slopes[j] = solution.slopes(static_cast<Eigen::Index>(j)) / scalings[j].spread;
    fit.intercept -= fit.slopes[j] * scalings[j].mean;
  }
  return fit;
}

}  // namespace drover::carbon
