#include "carbon/gaps.h"

#include <algorithm>
#include <optional>

namespace drover::carbon {
namespace {

constexpr Duration kLongestInterpolated = std::chrono::hours{3};
constexpr Duration kLongestRepeated = std::chrono::hours{24};
constexpr Duration kDay = std::chrono::hours{24};

// values[begin, end) are unknown.
struct Gap {
  std::size_t begin = 0;
  std::size_t end = 0;
  [[nodiscard]] std::size_t length() const { return end - begin; }
};

std::vector<Gap> find_gaps(const Series& series) {
  std::vector<Gap> gaps;
  for (std::size_t i = 0; i < series.values.size(); ++i) {
    if (series.values[i]) {
      continue;
    }
    if (!gaps.empty() && gaps.back().end == i) {
      gaps.back().end = i + 1;
    } else {
      gaps.push_back({.begin = i, .end = i + 1});
    }
  }
  return gaps;
}

std::optional<Intensity> interpolate(const Series& series, const Gap& gap, std::size_t i) {
  if (gap.begin == 0 || gap.end == series.values.size()) {
    return std::nullopt;  // no neighbour on one side
  }
  const Intensity before = *series.values[gap.begin - 1];
  const Intensity after = *series.values[gap.end];
  const double share =
      static_cast<double>(i - gap.begin + 1) / static_cast<double>(gap.length() + 1);
  return before + (after - before) * share;
}

std::optional<Intensity> day_before(const Series& series, std::size_t i) {
  const auto day = static_cast<std::size_t>(kDay / series.step);
  if (kDay % series.step != Duration{0} || i < day) {
    return std::nullopt;
  }
  return series.values[i - day];
}

std::optional<Intensity> guess(const Series& series, const Gap& gap, std::size_t i) {
  const Duration length = series.step * static_cast<Duration::rep>(gap.length());
  if (length <= kLongestInterpolated) {
    if (const auto value = interpolate(series, gap, i)) {
      return value;
    }
  }
  return length <= kLongestRepeated ? day_before(series, i) : std::nullopt;
}

}  // namespace

Filled fill_gaps(const Series& series, GapPolicy policy) {
  Filled filled{.series = series, .imputed = std::vector<bool>(series.values.size(), false)};
  for (const Gap& gap : find_gaps(series)) {
    for (std::size_t i = gap.begin; i < gap.end; ++i) {
      const auto value = policy == GapPolicy::kRecommended ? guess(series, gap, i) : std::nullopt;
      filled.series.values[i] = value;
      filled.imputed[i] = value.has_value();
      filled.imputed_count += value ? 1 : 0;
      filled.gaps_left += value ? 0 : 1;
    }
  }
  return filled;
}

}  // namespace drover::carbon
