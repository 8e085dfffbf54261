#include "carbon/gram.h"

#include <algorithm>
#include <cstring>

// One copy for processors with wide registers and fused multiply-add, one for all others; chosen
// when the program starts. Sanitizers are not up by then.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__) && !defined(__clang__)
#define DROVER_FAST __attribute__((target_clones("arch=haswell", "default")))
#else
#define DROVER_FAST
#endif

namespace drover::carbon {
namespace {

using Lanes = float __attribute__((vector_size(kLanes * sizeof(float)), aligned(4), may_alias));

constexpr std::size_t kTile = 4;

// sums[a][b] = sum over rows of left[a] * right[b]. No call inside: it would not be cloned.
DROVER_FAST void tile_products(const float* const* left, const float* const* right,
                               std::size_t groups, float* sums) {
  Lanes s00{}, s01{}, s10{}, s11{}, s20{}, s21{}, s30{}, s31{};
  const auto* l0 = reinterpret_cast<const Lanes*>(left[0]);
  const auto* l1 = reinterpret_cast<const Lanes*>(left[1]);
  const auto* l2 = reinterpret_cast<const Lanes*>(left[2]);
  const auto* l3 = reinterpret_cast<const Lanes*>(left[3]);
  const auto* r0 = reinterpret_cast<const Lanes*>(right[0]);
  const auto* r1 = reinterpret_cast<const Lanes*>(right[1]);
  for (std::size_t g = 0; g < groups; ++g) {
    const Lanes x0 = r0[g];
    const Lanes x1 = r1[g];
    s00 += l0[g] * x0;
    s01 += l0[g] * x1;
    s10 += l1[g] * x0;
    s11 += l1[g] * x1;
    s20 += l2[g] * x0;
    s21 += l2[g] * x1;
    s30 += l3[g] * x0;
    s31 += l3[g] * x1;
  }
  const Lanes all[] = {s00, s01, s10, s11, s20, s21, s30, s31};
  for (std::size_t i = 0; i < std::size(all); ++i) {
    float sum = 0;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      sum += all[i][lane];
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

}  // namespace

Columns::Columns(std::size_t rows, std::size_t count)
    : padded_((rows + kLanes - 1) / kLanes * kLanes), count_(count), values_(padded_ * count) {}

void weighted_gram(const Columns& columns, Rows rows, std::span<const float> weights,
                   std::span<double> out) {
  constexpr std::size_t kRight = 2;
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
      const float* right[kRight] = {column(j), column(j + 1)};
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
