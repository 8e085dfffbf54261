#include "carbon/series.h"

#include <algorithm>
#include <array>
#include <format>
#include <utility>

#include "base/text.h"

namespace drover::carbon {
namespace {

template <class Enum>
using Name = std::pair<Enum, std::string_view>;

constexpr std::array kKinds = {Name<Kind>{Kind::kAverage, "average"},
                               Name<Kind>{Kind::kMarginal, "marginal"}};
constexpr std::array kScopes = {Name<Scope>{Scope::kDirect, "direct"},
                                Name<Scope>{Scope::kLifecycle, "lifecycle"}};
constexpr std::array kBases = {Name<Basis>{Basis::kUnstated, "unstated"},
                               Name<Basis>{Basis::kConsumption, "consumption"},
                               Name<Basis>{Basis::kProduction, "production"}};
constexpr std::array kReported = {Name<Reported>{Reported::kAll, "all"},
                                  Name<Reported>{Reported::kMeasured, "measured"},
                                  Name<Reported>{Reported::kEstimated, "estimated"}};

template <class Table, class Enum>
std::string_view name_of(const Table& table, Enum value) {
  return std::ranges::find(table, value, [](const auto& entry) { return entry.first; })->second;
}

template <class Enum, std::size_t N>
Result<Enum> parse_name(const std::array<Name<Enum>, N>& table, std::string_view text,
                        std::string_view what) {
  std::vector<std::string_view> names;
  for (const auto& [value, name] : table) {
    if (name == text) {
      return value;
    }
    names.push_back(name);
  }
  return invalid(std::format("unknown {} '{}'{}", what, text, suggest(text, names)));
}

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

std::string_view to_string(Kind kind) { return name_of(kKinds, kind); }
std::string_view to_string(Scope scope) { return name_of(kScopes, scope); }
std::string_view to_string(Basis basis) { return name_of(kBases, basis); }
std::string_view to_string(Reported reported) { return name_of(kReported, reported); }

Result<Kind> parse_kind(std::string_view text) {
  return parse_name(kKinds, text, "kind of carbon intensity");
}
Result<Scope> parse_scope(std::string_view text) { return parse_name(kScopes, text, "scope"); }
Result<Basis> parse_basis(std::string_view text) { return parse_name(kBases, text, "basis"); }
Result<Reported> parse_reported(std::string_view text) {
  return parse_name(kReported, text, "class of reported values");
}

Series Series::without_values() const {
  return {.zone = zone,
          .start = start,
          .step = step,
          .values = {},
          .kind = kind,
          .scope = scope,
          .basis = basis,
          .reported = reported,
          .source = source,
          .estimated = {},
          .issued = issued};
}

std::optional<Intensity> Series::at(Instant instant) const {
  if (instant < start || instant >= end()) {
    return std::nullopt;
  }
  return values[static_cast<std::size_t>((instant - start) / step)];
}

std::string describe_quantity(const Series& series) {
  std::string text = std::format("{} {}", to_string(series.scope), to_string(series.kind));
  if (series.basis != Basis::kUnstated) {
    text += std::format(", {}-based", to_string(series.basis));
  }
  if (series.reported != Reported::kAll) {
    text += std::format(", {} only", to_string(series.reported));
  }
  return text;
}

Result<> check_same_quantity(const Series& a, const Series& b) {
  if (a.kind == b.kind && a.scope == b.scope && a.basis == b.basis && a.reported == b.reported) {
    return {};
  }
  return conflict(
      std::format("zone {} is {} carbon intensity and zone {} is {}: different quantities are "
                  "never mixed; use data of one kind, scope, basis and class",
                  a.zone, describe_quantity(a), b.zone, describe_quantity(b)));
}

Result<Series> slice(const Series& series, Instant from, Instant to) {
  if (auto checked = check_slice(series, from, to); !checked) {
    return std::unexpected(checked.error());
  }
  Series part = series.without_values();
  part.start = from;
  const auto length = static_cast<std::size_t>((to - from) / series.step);
  part.values.assign(length, std::nullopt);
  part.estimated.assign(series.estimated.empty() ? 0 : length, false);
  const Instant first = std::max(from, series.start);
  const Instant last = std::min(to, series.end());
  if (first < last) {
    const auto count = (last - first) / series.step;
    const auto source = (first - series.start) / series.step;
    const auto target = (first - from) / series.step;
    std::copy_n(series.values.begin() + source, count, part.values.begin() + target);
    if (!series.estimated.empty()) {
      std::copy_n(series.estimated.begin() + source, count, part.estimated.begin() + target);
    }
  }
  return part;
}

Result<Series> only(const Series& series, Reported reported) {
  if (reported == series.reported || reported == Reported::kAll) {
    return series.reported == reported
               ? Result<Series>(series)
               : conflict(std::format("zone {} holds {} values only; the others cannot be added",
                                      series.zone, to_string(series.reported)));
  }
  if (series.reported != Reported::kAll) {
    return conflict(std::format("zone {} holds {} values; {} ones are not among them", series.zone,
                                to_string(series.reported), to_string(reported)));
  }
  Series chosen = series;
  chosen.reported = reported;
  for (std::size_t slot = 0; slot < chosen.values.size(); ++slot) {
    if (series.is_estimated(slot) != (reported == Reported::kEstimated)) {
      chosen.values[slot] = std::nullopt;
    }
  }
  return chosen;
}

}  // namespace drover::carbon
