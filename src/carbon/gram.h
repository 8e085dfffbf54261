// The inner product of columns under weights: nearly all the work of a fit.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace drover::carbon {

inline constexpr std::size_t kLanes = 8;  // rows computed at once

// Columns of equal length, each padded with zeros to whole groups of kLanes rows.
class Columns {
 public:
  Columns(std::size_t rows, std::size_t count);
  [[nodiscard]] std::size_t padded_rows() const { return padded_; }
  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] std::span<float> column(std::size_t index) {
    return std::span(values_).subspan(index * padded_, padded_);
  }
  [[nodiscard]] std::span<const float> column(std::size_t index) const {
    return std::span(values_).subspan(index * padded_, padded_);
  }
  [[nodiscard]] const float* data() const { return values_.data(); }

 private:
  std::size_t padded_;
  std::size_t count_;
  std::vector<float> values_;
};

// Rows [first, first + count) of the columns; both are multiples of kLanes.
struct Rows {
  std::size_t first = 0;
  std::size_t count = 0;
};

// out[i * columns + j] = sum over the rows of weight * column i * column j, for j <= i; the rest of
// `out` is left alone. `weights` is as long as a padded column.
void weighted_gram(const Columns& columns, Rows rows, std::span<const float> weights,
                   std::span<double> out);

// Of the rows with weight: what makes a column have mean 0 and standard deviation 1.
struct Scaling {
  double mean = 0;
  double spread = 1;  // 1 for a column that does not vary
};

// Applies it to the column and returns it.
Scaling standardise(std::span<float> column, std::span<const float> weights);

// out -= factor * column, element by element.
void subtract(std::span<float> out, float factor, const float* column);

}  // namespace drover::carbon
