#include "carbon/join.h"

#include <algorithm>
#include <format>
#include <map>
#include <tuple>

#include "carbon/store.h"

namespace drover::carbon {
namespace {

Result<Series> join(const Series& first, const Series& more) {
  if (auto checked = check_continues(first, more); !checked) {
    return std::unexpected(checked.error());
  }
  auto whole = slice(first, std::min(first.start, more.start), std::max(first.end(), more.end()));
  if (!whole) {
    return whole;
  }
  if (whole->estimated.empty() && !more.estimated.empty()) {
    whole->estimated.assign(whole->values.size(), false);
  }
  auto slot = static_cast<std::size_t>((more.start - whole->start) / whole->step);
  for (std::size_t i = 0; i < more.values.size(); ++i, ++slot) {
    auto& value = whole->values[slot];
    if (!more.values[i]) {
      continue;
    }
    if (value && *value != *more.values[i]) {
      return conflict(std::format("zone {} has two values at {}: {} and {}; leave one file out",
                                  first.zone, format_time(more.time_of(i)), *value,
                                  *more.values[i]));
    }
    value = more.values[i];
    if (!whole->estimated.empty()) {
      whole->estimated[slot] = more.is_estimated(i);
    }
  }
  return whole;
}

}  // namespace

Result<std::vector<Series>> joined(const std::vector<Series>& pieces) {
  std::map<std::tuple<ZoneId, Kind, Scope, Basis, Reported, std::string>, Series> whole;
  for (const Series& piece : pieces) {
    const auto [found, fresh] = whole.try_emplace(
        {piece.zone, piece.kind, piece.scope, piece.basis, piece.reported, piece.source}, piece);
    if (fresh) {
      continue;
    }
    auto both = join(found->second, piece);
    if (!both) {
      return std::unexpected(both.error());
    }
    found->second = *std::move(both);
  }
  std::vector<Series> all;
  all.reserve(whole.size());
  for (auto& [key, series] : whole) {
    all.push_back(std::move(series));
  }
  return all;
}

}  // namespace drover::carbon
