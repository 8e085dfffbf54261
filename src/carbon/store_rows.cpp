#include "carbon/store_rows.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <format>
#include <optional>
#include <tuple>

namespace drover::carbon {
namespace {

constexpr double kMilligramsPerGram = 1000;
constexpr Duration kNext{1};

// What is known of one step before a write.
struct Known {
  std::optional<Version> newest;
  std::optional<Version> compared;  // with what is written
};

// Takes the versions of the step that begins at `start` off the front.
Known take(std::span<const Version>& versions, Instant start, std::optional<Instant> issued) {
  Known known;
  while (!versions.empty() && versions.front().start <= start) {
    const Version& version = versions.front();
    if (version.start == start) {
      known.newest = version;
      if (!issued || version.issued <= *issued) {
        known.compared = version;
      }
    }
    versions = versions.subspan(1);
  }
  return known;
}

Instant issue_of(const Series& series, std::size_t slot, const Known& known, Instant now) {
  if (series.issued) {
    return *series.issued;
  }
  return known.newest ? std::max(now, known.newest->issued + kNext)
                      : series.time_of(slot) + series.step;
}

}  // namespace

std::int64_t to_milligrams(Intensity intensity) {
  return std::llround(intensity.grams_per_kwh() * kMilligramsPerGram);
}

// Division, not multiplication by 0.001, gives back the very double.
Intensity from_milligrams(std::int64_t milligrams) {
  return Intensity::grams_per_kwh(static_cast<double>(milligrams) / kMilligramsPerGram);
}

Result<Extent> extended(const ZoneSummary& known, const Series& more) {
  if (known.first == known.last_end) {
    return Extent{.start = more.start, .end = more.end()};
  }
  return check_continues(header_of(known), more).transform([&] {
    return Extent{.start = std::min(known.first, more.start),
                  .end = std::max(known.last_end, more.end())};
  });
}

ImportReport operator+(const ImportReport& a, const ImportReport& b) {
  return {.inserted = a.inserted + b.inserted,
          .unchanged = a.unchanged + b.unchanged,
          .revised = a.revised + b.revised,
          .gaps = a.gaps + b.gaps};
}

Additions additions_of(const Series& series, std::span<const Version> known, Instant now) {
  Additions additions;
  for (std::size_t slot = 0; slot < series.values.size(); ++slot) {
    if (!series.values[slot]) {
      ++additions.report.gaps;
      continue;
    }
    const Known before = take(known, series.time_of(slot), series.issued);
    const Version version{.start = series.time_of(slot),
                          .issued = issue_of(series, slot, before, now),
                          .milligrams = to_milligrams(*series.values[slot]),
                          .estimated = series.is_estimated(slot)};
    if (before.compared && before.compared->milligrams == version.milligrams &&
        before.compared->estimated == version.estimated) {
      ++additions.report.unchanged;
      continue;
    }
    ++(before.newest ? additions.report.revised : additions.report.inserted);
    const bool restated = before.compared && before.compared->issued == version.issued;
    (restated ? additions.restated : additions.rows).push_back(version);
  }
  return additions;
}

void place(const Version& version, Series& into) {
  if (version.start < into.start || version.start >= into.end()) {
    return;
  }
  const auto slot = static_cast<std::size_t>((version.start - into.start) / into.step);
  into.values[slot] = from_milligrams(version.milligrams);
  if (version.estimated && into.estimated.empty()) {
    into.estimated.resize(into.values.size());
  }
  if (!into.estimated.empty()) {
    into.estimated[slot] = version.estimated;
  }
}

Series tidied(Series series) {
  if (!std::ranges::contains(series.estimated, true)) {
    series.estimated.clear();
  }
  return series;
}

std::string encode_values(const Series& series) {
  std::string text;
  for (std::size_t slot = 0; slot < series.values.size(); ++slot) {
    text += slot == 0 ? "" : ",";
    if (series.values[slot]) {
      text += std::to_string(to_milligrams(*series.values[slot]));
      text += series.is_estimated(slot) ? "e" : "";
    }
  }
  return text;
}

Result<> decode_values(std::string_view text, Series& into) {
  into.values.clear();
  into.estimated.clear();
  bool estimated = false;
  for (std::string_view rest = text; into.values.empty() || !rest.empty();) {
    std::int64_t milligrams = 0;
    const auto comma = std::min(rest.find(','), rest.size());
    const std::string_view one = rest.substr(0, comma);
    const auto [end, error] = std::from_chars(one.data(), one.data() + one.size(), milligrams);
    const std::string_view mark = one.substr(static_cast<std::size_t>(end - one.data()));
    if (!one.empty() &&
        (error != std::errc{} || milligrams < 0 || (!mark.empty() && mark != "e"))) {
      return invalid(std::format("'{}' is no list of mg/kWh", text.substr(0, 200)));
    }
    into.values.push_back(one.empty() ? std::optional<Intensity>{} : from_milligrams(milligrams));
    into.estimated.push_back(mark == "e");
    estimated = estimated || mark == "e";
    if (comma == rest.size()) {
      break;
    }
    rest.remove_prefix(comma + 1);
    if (rest.empty()) {  // the list ends with a gap
      into.values.emplace_back();
      into.estimated.push_back(false);
    }
  }
  if (!estimated) {
    into.estimated.clear();
  }
  return {};
}

bool listed_before(const ZoneSummary& a, const ZoneSummary& b) {
  return std::tie(a.zone, a.kind, a.scope, a.basis, a.source) <
         std::tie(b.zone, b.kind, b.scope, b.basis, b.source);
}

ZoneSummary summary_of(const Series& series, Instant end) {
  return {.zone = series.zone,
          .kind = series.kind,
          .scope = series.scope,
          .basis = series.basis,
          .first = series.start,
          .last_end = end,
          .step = series.step,
          .source = series.source};
}

bool is_of(const ZoneSummary& summary, const Series& series) {
  return summary.zone == series.zone && summary.kind == series.kind &&
         summary.scope == series.scope && summary.basis == series.basis &&
         summary.source == series.source;
}

Series header_of(const ZoneSummary& summary) {
  return {.zone = summary.zone,
          .start = summary.first,
          .step = summary.step,
          .values = {},
          .kind = summary.kind,
          .scope = summary.scope,
          .basis = summary.basis,
          .reported = Reported::kAll,
          .source = summary.source,
          .estimated = {},
          .issued = std::nullopt};
}

}  // namespace drover::carbon
