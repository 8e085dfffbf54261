#include "carbon/series.h"

#include <algorithm>
#include <array>
#include <format>

#include "base/text.h"

namespace drover::carbon {
namespace {

bool on_step(const Series& series, Instant instant) {
  return (instant - series.start) % series.step == Duration{0};
}

Result<> check_slice(const Series& series, Instant from, Instant to) {
  if (series.step <= Duration{0}) {
    return invalid(std::format("series of zone {} has step {}; it must be positive", series.zone,
                               series.step));
  }
  if (to < from) {
    return invalid(std::format("the end {} of a slice of zone {} lies before its begin {}",
                               format_time(to), series.zone, format_time(from)));
  }
  for (const Instant instant : {from, to}) {
    if (!on_step(series, instant)) {
      return invalid(std::format("{} is not on a step of the series of zone {} ({} from {} on)",
                                 format_time(instant), series.zone,
                                 std::chrono::duration_cast<std::chrono::minutes>(series.step),
                                 format_time(series.start)));
    }
  }
  if ((to - from) / series.step > kMaxSlots) {
    return invalid(std::format("a slice of zone {} from {} to {} has more than {} steps",
                               series.zone, format_time(from), format_time(to), kMaxSlots));
  }
  return {};
}

}  // namespace

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::kAverage:
      return "average";
    case Kind::kMarginal:
      return "marginal";
  }
  return "average";
}

std::string_view to_string(Scope scope) {
  switch (scope) {
    case Scope::kDirect:
      return "direct";
    case Scope::kLifecycle:
      return "lifecycle";
  }
  return "direct";
}

Result<Kind> parse_kind(std::string_view text) {
  static constexpr std::array<std::string_view, 2> kNames = {"average", "marginal"};
  for (const Kind kind : {Kind::kAverage, Kind::kMarginal}) {
    if (text == to_string(kind)) {
      return kind;
    }
  }
  return invalid(
      std::format("unknown kind of carbon intensity '{}'{}", text, suggest(text, kNames)));
}

Result<Scope> parse_scope(std::string_view text) {
  static constexpr std::array<std::string_view, 2> kNames = {"direct", "lifecycle"};
  for (const Scope scope : {Scope::kDirect, Scope::kLifecycle}) {
    if (text == to_string(scope)) {
      return scope;
    }
  }
  return invalid(std::format("unknown scope '{}'{}", text, suggest(text, kNames)));
}

std::optional<Intensity> Series::at(Instant instant) const {
  if (instant < start || instant >= end()) {
    return std::nullopt;
  }
  return values[static_cast<std::size_t>((instant - start) / step)];
}

Result<> check_same_quantity(const Series& a, const Series& b) {
  if (a.kind == b.kind && a.scope == b.scope) {
    return {};
  }
  return conflict(
      std::format("zone {} is {} {} carbon intensity and zone {} is {} {}: different quantities "
                  "are never mixed; "
                  "use data of one kind and scope",
                  a.zone, to_string(a.kind), to_string(a.scope), b.zone, to_string(b.kind),
                  to_string(b.scope)));
}

Result<Series> slice(const Series& series, Instant from, Instant to) {
  if (auto checked = check_slice(series, from, to); !checked) {
    return std::unexpected(checked.error());
  }
  Series part = {.zone = series.zone,
                 .start = from,
                 .step = series.step,
                 .values = {},
                 .kind = series.kind,
                 .scope = series.scope,
                 .source = series.source};
  part.values.resize(static_cast<std::size_t>((to - from) / series.step));
  const Instant first = std::max(from, series.start);
  const Instant last = std::min(to, series.end());
  if (first < last) {
    const auto source = series.values.begin() + (first - series.start) / series.step;
    std::copy_n(source, (last - first) / series.step,
                part.values.begin() + (first - from) / series.step);
  }
  return part;
}

}  // namespace drover::carbon
