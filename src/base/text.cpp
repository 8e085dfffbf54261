#include "base/text.h"

#include <algorithm>
#include <format>
#include <numeric>
#include <vector>

namespace drover {
namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

}  // namespace

std::string_view nearest(std::string_view text, std::span<const std::string_view> candidates) {
  std::string_view best;
  std::size_t best_distance = text.size() / 3 + 2;
  for (const auto candidate : candidates) {
    if (const auto distance = edit_distance(text, candidate); distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string suggest(std::string_view text, std::span<const std::string_view> candidates) {
  if (const auto best = nearest(text, candidates); !best.empty()) {
    return std::format("; did you mean '{}'?", best);
  }
  std::string list;
  for (const auto candidate : candidates) {
    list += (list.empty() ? "" : ", ") + std::string(candidate);
  }
  return std::format("; known: {}", list);
}

}  // namespace drover
