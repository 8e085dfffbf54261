// Robust weighted ridge regression, made for many small fits.
//
// Minimises sum_i v_i (r_i - b0 - z_i b)^2 + lambda |b|^2, z the features standardised over the
// rows with weight (mean, sd; sd 0 -> 1), b0 unpenalised. v begins as w scaled to mean 1; each
// further round takes v_i = w_i s / max(|e_i|, delta s), again scaled to mean 1, with s = mean of w
// |e|: the Huber loss by iteratively reweighted least squares (Huber 1981, section 7.8), which for
// delta -> 0 is the least absolute error.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "carbon/gram.h"

namespace drover::carbon {

struct RidgeOptions {
  double lambda = 1;
  int rounds = 1;  // 1: least squares
  double delta = 0.1;
  // For errors of rows left out, a block at a time: the rows in a block (a multiple of kLanes) and
  // how many blocks from the first row on.
  std::size_t block = 0;
  std::size_t blocks = 0;
};

// r = intercept + sum_j slope_j x_j, in the units of the features.
struct LinearFit {
  double intercept = 0;
  std::vector<double> slopes;
  // target - prediction of a fit, with the last round's weights, that left out the block of rows to
  // which the row belongs; NaN for rows of weight 0 and beyond the
  // last block. Empty unless asked for.
  std::vector<float> left_out_errors;
};

// `columns` holds the features and, at its end, two more columns that the fit fills (ones, and the
// targets); it is used up: the features are standardised in place. Rows of weight 0 do not count,
// but must be finite. Single precision will do: a column is standardised before it counts, and sums
// run over some hundred rows. Without any weight the fit is 0.
LinearFit fit_ridge(Columns& columns, std::span<const float> targets,
                    std::span<const float> weights, const RidgeOptions& options);

inline constexpr std::size_t kFitColumns = 2;

}  // namespace drover::carbon
