// A limit on real waiting, for loops around poll(2).
#pragma once

#include <algorithm>
#include <chrono>
#include <limits>

#include "base/time.h"

namespace drover::os {

class Deadline {
 public:
  // What is further away than kFurthest is as good as endless, and must not overflow.
  explicit Deadline(Duration from_now)
      : at_(std::chrono::steady_clock::now() + std::min(from_now, kFurthest)) {}

  [[nodiscard]] bool passed() const { return left() <= Duration{0}; }

  // Rounded up, so that waiting for it does not end early; never negative.
  [[nodiscard]] Duration left() const {
    const auto rest = std::chrono::ceil<Duration>(at_ - std::chrono::steady_clock::now());
    return std::max(rest, Duration{0});
  }

  // left() as poll(2) wants it.
  [[nodiscard]] int poll_ms() const {
    constexpr Duration::rep kMost = std::numeric_limits<int>::max();
    return static_cast<int>(std::min(left().count(), kMost));
  }

 private:
  static constexpr Duration kFurthest = std::chrono::years(1);
  std::chrono::steady_clock::time_point at_;
};

}  // namespace drover::os
