#include "api/zones.h"

#include <algorithm>
#include <format>
#include <optional>
#include <ranges>
#include <tuple>

#include "api/limits.h"

namespace drover::api {
namespace {

using carbon::ZoneSummary;

// In the order of CarbonData::zones().
auto place_of(const ZoneSummary& series) {
  return std::tie(series.zone, series.kind, series.scope, series.basis, series.source);
}

constexpr std::string_view kDigits = "0123456789abcdef";

std::string to_hex(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += {kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return out;
}

std::optional<std::string> from_hex(std::string_view hex) {
  std::string out;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    const auto high = kDigits.find(hex[i]);
    const auto low = kDigits.find(hex[i + 1]);
    if (high == kDigits.npos || low == kDigits.npos) {
      return std::nullopt;
    }
    out += static_cast<char>(high << 4 | low);
  }
  return hex.size() % 2 == 0 ? std::optional(out) : std::nullopt;
}

// ZONE.kind.scope.basis.SOURCE, the names in hexadecimal: they may have any bytes.
std::string cursor_of(const ZoneSummary& last) {
  return std::format("{}.{}.{}.{}.{}", to_hex(last.zone.str()), to_string(last.kind),
                     to_string(last.scope), to_string(last.basis), to_hex(last.source));
}

std::vector<std::string> parts_of(std::string_view cursor) {
  std::vector<std::string> parts;
  for (const auto part : std::views::split(cursor, '.')) {
    parts.emplace_back(part.begin(), part.end());
  }
  return parts;
}

std::optional<ZoneSummary> place_after(const std::string& cursor) {
  constexpr std::size_t kParts = 5;
  const auto parts = parts_of(cursor);
  if (parts.size() != kParts) {
    return std::nullopt;
  }
  const auto zone = from_hex(parts[0]);
  const auto kind = carbon::parse_kind(parts[1]);
  const auto scope = carbon::parse_scope(parts[2]);
  const auto basis = carbon::parse_basis(parts[3]);
  const auto source = from_hex(parts[4]);
  if (!zone || !kind || !scope || !basis || !source) {
    return std::nullopt;
  }
  return ZoneSummary{
      .zone = ZoneId{*zone}, .kind = *kind, .scope = *scope, .basis = *basis, .source = *source};
}

struct Filter {
  std::optional<carbon::Kind> kind;
  std::optional<carbon::Scope> scope;
  std::optional<std::string> source;

  [[nodiscard]] bool lets(const ZoneSummary& series) const {
    return (!kind || series.kind == *kind) && (!scope || series.scope == *scope) &&
           (!source || series.source == *source);
  }
};

Answer<Filter> read_filter(const Parameters& parameters) {
  const auto kind = parameters.one_of("kind", carbon::parse_kind);
  const auto scope = parameters.one_of("scope", carbon::parse_scope);
  const auto source = parameters.text("source");
  if (!kind || !scope) {
    return std::unexpected(kind ? scope.error() : kind.error());
  }
  return source.transform([&](const std::optional<std::string>& name) {
    return Filter{.kind = *kind, .scope = *scope, .source = name};
  });
}

Answer<std::optional<ZoneSummary>> read_cursor(const Parameters& parameters) {
  const auto given = parameters.all({"cursor"});
  if (given.empty() || given.front().empty()) {
    return std::nullopt;
  }
  auto place = given.size() == 1 ? place_after(given.front()) : std::nullopt;
  if (!place) {
    return bad_parameter("cursor", std::format("{} is not a cursor; take 'next' of the page before",
                                               shown(given.front())));
  }
  return place;
}

ZonePage page_of(const std::vector<ZoneSummary>& all, const Filter& filter,
                 const std::optional<ZoneSummary>& after, std::size_t limit) {
  ZonePage page;
  auto next = after ? std::ranges::upper_bound(all, place_of(*after), {},
                                               [](const auto& one) { return place_of(one); })
                    : all.begin();
  for (; next != all.end(); ++next) {
    if (!filter.lets(*next)) {
      continue;
    }
    if (page.zones.size() == limit) {
      page.next = cursor_of(page.zones.back());
      break;
    }
    page.zones.push_back(*next);
  }
  return page;
}

}  // namespace

Answer<ZonePage> list_zones(const Asked& asked, const Parameters& parameters) {
  if (auto known = parameters.check({"limit", "cursor", "kind", "scope", "source"}); !known) {
    return std::unexpected(known.error());
  }
  const auto limit = parameters.whole("limit", {.least = 1, .most = kMaxPage});
  const auto filter = read_filter(parameters);
  if (!limit || !filter) {
    return std::unexpected(limit ? filter.error() : limit.error());
  }
  const auto after = read_cursor(parameters);
  if (!after) {
    return std::unexpected(after.error());
  }
  return asked.data.zones().transform_error(failure_of).transform([&](const Zones& all) {
    return page_of(*all, *filter, *after, static_cast<std::size_t>(limit->value_or(kDefaultPage)));
  });
}

}  // namespace drover::api
