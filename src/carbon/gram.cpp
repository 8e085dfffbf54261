#include "carbon/gram.h"

#include <algorithm>
#include <cmath>

// One copy for processors with wide registers and fused multiply-add, one for all others; chosen
// when the program starts. Sanitizers are not up by then.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__) && !defined(__clang__)
#define DROVER_FAST __attribute__((target_clones("arch=x86-64-v3", "default")))
#else
#define DROVER_FAST
#endif

namespace drover::carbon {
namespace {

using Lanes = float __attribute__((vector_size(kLanes * sizeof(float)), aligned(4), may_alias));

constexpr std::size_t kTile = 4;
constexpr std::size_t kRight = 3;

// sums[a * kRight + b] = sum over rows of left[a] * right[b]: twelve sums at once keep both
// multipliers busy and still fit into the registers. No call inside: it would not be cloned.
DROVER_FAST void tile_products(const float* const* left, const float* const* right,
                               std::size_t groups, float* sums) {
  Lanes s[kTile * kRight] = {};
  for (std::size_t g = 0; g < groups; ++g) {
    Lanes x[kRight];
#pragma GCC unroll 3
    for (std::size_t b = 0; b < kRight; ++b) {
      x[b] = reinterpret_cast<const Lanes*>(right[b])[g];
    }
#pragma GCC unroll 4
    for (std::size_t a = 0; a < kTile; ++a) {
      const Lanes y = reinterpret_cast<const Lanes*>(left[a])[g];
#pragma GCC unroll 3
      for (std::size_t b = 0; b < kRight; ++b) {
        s[a * kRight + b] += y * x[b];
      }
    }
  }
  for (std::size_t i = 0; i < kTile * kRight; ++i) {
    float sum = 0;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      sum += s[i][lane];
    }
    sums[i] = sum;
  }
}

// left = weights * column.
DROVER_FAST void scale(const float* column, const float* weights, std::size_t groups, float* left) {
  const auto* c = reinterpret_cast<const Lanes*>(column);
  const auto* w = reinterpret_cast<const Lanes*>(weights);
  auto* out = reinterpret_cast<Lanes*>(left);
  for (std::size_t g = 0; g < groups; ++g) {
    out[g] = c[g] * w[g];
  }
}

struct Moments {
  float rows = 0;
  float sum = 0;
  float squares = 0;
};

float sum_of(const Lanes& lanes) {
  float sum = 0;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    sum += lanes[lane];
  }
  return sum;
}

// Around `center`, which keeps the squares small.
DROVER_FAST void moments(const float* column, const float* weights, std::size_t groups,
                         float center, Lanes* out) {
  Lanes rows{};
  Lanes sum{};
  Lanes squares{};
  const auto* c = reinterpret_cast<const Lanes*>(column);
  const auto* w = reinterpret_cast<const Lanes*>(weights);
  const Lanes one = Lanes{} + 1.0F;
  const Lanes zero{};
  for (std::size_t g = 0; g < groups; ++g) {
    const Lanes counts = w[g] > zero ? one : zero;
    const Lanes off = (c[g] - center) * counts;
    rows += counts;
    sum += off;
    squares += off * off;
  }
  out[0] = rows;
  out[1] = sum;
  out[2] = squares;
}

DROVER_FAST void rescale(float* column, std::size_t groups, float mean, float factor) {
  auto* c = reinterpret_cast<Lanes*>(column);
  for (std::size_t g = 0; g < groups; ++g) {
    c[g] = (c[g] - mean) * factor;
  }
}

DROVER_FAST void subtract_groups(float* out, float factor, const float* column,
                                 std::size_t groups) {
  auto* o = reinterpret_cast<Lanes*>(out);
  const auto* c = reinterpret_cast<const Lanes*>(column);
  for (std::size_t g = 0; g < groups; ++g) {
    o[g] -= factor * c[g];
  }
}

Moments moments_of(std::span<const float> column, std::span<const float> weights, float center) {
  Lanes lanes[3];
  moments(column.data(), weights.data(), column.size() / kLanes, center, lanes);
  return {.rows = sum_of(lanes[0]), .sum = sum_of(lanes[1]), .squares = sum_of(lanes[2])};
}

}  // namespace

Scaling standardise(std::span<float> column, std::span<const float> weights) {
  constexpr float kNoSpread = 1e-6F;
  const auto about = moments_of(column, weights, column.front());
  const float mean = column.front() + about.sum / about.rows;
  const auto centered = moments_of(column, weights, mean);
  const float spread = std::sqrt(centered.squares / centered.rows);
  const float used = spread > kNoSpread ? spread : 1.0F;
  rescale(column.data(), column.size() / kLanes, mean, 1 / used);
  return {.mean = static_cast<double>(mean), .spread = static_cast<double>(used)};
}

void subtract(std::span<float> out, float factor, const float* column) {
  subtract_groups(out.data(), factor, column, out.size() / kLanes);
}

Columns::Columns(std::size_t rows, std::size_t count)
    : padded_((rows + kLanes - 1) / kLanes * kLanes), count_(count), values_(padded_ * count) {}

void weighted_gram(const Columns& columns, Rows rows, std::span<const float> weights,
                   std::span<double> out) {
  const std::size_t count = columns.count();
  const std::size_t groups = rows.count / kLanes;
  const auto column = [&](std::size_t index) {
    return columns.column(std::min(index, count - 1)).data() + rows.first;
  };
  std::vector<float> scaled(rows.count * kTile);
  float sums[kTile * kRight];
  for (std::size_t i = 0; i < count; i += kTile) {
    // Beyond the last column the last one is taken again, and what comes of it is dropped.
    const float* left[kTile];
    for (std::size_t a = 0; a < kTile; ++a) {
      float* target = scaled.data() + a * rows.count;
      scale(column(i + a), weights.data() + rows.first, groups, target);
      left[a] = target;
    }
    const std::size_t last = std::min(i + kTile, count) - 1;
    for (std::size_t j = 0; j <= last; j += kRight) {
      const float* right[kRight] = {column(j), column(j + 1), column(j + 2)};
      tile_products(left, right, groups, sums);
      for (std::size_t a = 0; a < kTile && i + a < count; ++a) {
        for (std::size_t b = 0; b < kRight && j + b <= i + a; ++b) {
          out[(i + a) * count + j + b] = static_cast<double>(sums[a * kRight + b]);
        }
      }
    }
  }
}

}  // namespace drover::carbon
