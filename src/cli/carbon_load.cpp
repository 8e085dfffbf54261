#include "cli/carbon_load.h"

#include <algorithm>
#include <format>
#include <iterator>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "carbon/files/files.h"
#include "carbon/join.h"
#include "carbon/store.h"
#include "carbon/synthetic.h"
#include "cli/carbon_store.h"

namespace drover::cli {
namespace {

using carbon::Series;

// What --synthetic means where nothing says otherwise: two years to learn from and one to look at.
constexpr Instant kSyntheticFrom{std::chrono::sys_days{std::chrono::year{2023} / 1 / 1}};
constexpr Instant kSyntheticTo{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};

Result<std::vector<Series>> from_files(const CarbonSettings& settings, carbon::Scope scope) {
  carbon::FileOptions options;
  options.source = settings.source;
  options.prefer_last = settings.prefer_last;
  if (!settings.scope.empty()) {
    options.scope = scope;
  }
  std::vector<Series> pieces;
  for (const auto& file : settings.files) {
    auto content = carbon::read_carbon_file(file, options);
    if (!content) {
      return std::unexpected(content.error());
    }
    std::ranges::copy_if(content->series, std::back_inserter(pieces),
                         [&](const Series& series) { return series.scope == scope; });
  }
  if (pieces.empty()) {
    return not_found(std::format("the files hold no {} carbon intensity; say --scope",
                                 carbon::to_string(scope)));
  }
  return carbon::joined(pieces);
}

Result<std::vector<Series>> from_store(const CarbonSettings& settings, carbon::Scope scope) {
  const auto store = open_existing_carbon_store(settings.store);
  if (!store) {
    return std::unexpected(store.error());
  }
  const auto known = (*store)->zones();
  if (!known) {
    return std::unexpected(known.error());
  }
  std::vector<Series> all;
  for (const auto& summary : *known) {
    const bool wanted =
        settings.zones.empty() || std::ranges::contains(settings.zones, summary.zone.str());
    if (!wanted || summary.scope != scope || summary.kind != carbon::Kind::kAverage ||
        (!settings.source.empty() && summary.source != settings.source)) {
      continue;
    }
    auto series = (*store)->read({.zone = summary.zone,
                                  .scope = scope,
                                  .source = settings.source,
                                  .from = summary.first,
                                  .to = summary.last_end});
    if (!series) {
      return std::unexpected(series.error());
    }
    all.push_back(*std::move(series));
  }
  return all;
}

Result<std::vector<Series>> synthetic(const CarbonSettings& settings, carbon::Scope scope) {
  std::vector<Series> all;
  for (const auto& zone : carbon::synthetic_zones()) {
    auto series = carbon::synthetic_series({.zone = zone,
                                            .from = kSyntheticFrom,
                                            .to = kSyntheticTo,
                                            .seed = settings.seed,
                                            .scope = scope});
    if (!series) {
      return std::unexpected(series.error());
    }
    all.push_back(*std::move(series));
  }
  return all;
}

// In the order asked for, and each there.
Result<std::vector<Series>> choose(std::vector<Series> all, const std::vector<std::string>& zones) {
  if (zones.empty()) {
    return all;
  }
  std::vector<std::string_view> names;
  names.reserve(all.size());
  for (const auto& series : all) {
    names.push_back(series.zone.str());
  }
  std::vector<Series> chosen;
  for (const auto& zone : zones) {
    const auto found =
        std::ranges::find_if(all, [&](const Series& one) { return one.zone.str() == zone; });
    if (found == all.end()) {
      return not_found(
          std::format("--zones: there is no data of zone '{}'{}", zone, suggest(zone, names)));
    }
    chosen.push_back(*found);
  }
  return chosen;
}

Result<std::vector<Series>> of_one_quantity(std::vector<Series> all) {
  if (all.empty()) {
    return not_found("there is no data; `drover carbon list` shows what a store has");
  }
  for (const auto& series : all) {
    if (auto same = check_same_quantity(all.front(), series); !same) {
      return std::unexpected(same.error());
    }
  }
  return all;
}

}  // namespace

Result<std::vector<Series>> load_zones(const CarbonSettings& settings) {
  const auto scope = scope_of(settings);
  if (!scope) {
    return std::unexpected(scope.error());
  }
  auto all = settings.synthetic       ? synthetic(settings, *scope)
             : settings.store.empty() ? from_files(settings, *scope)
                                      : from_store(settings, *scope);
  return std::move(all)
      .and_then([&](std::vector<Series> known) { return choose(std::move(known), settings.zones); })
      .and_then(of_one_quantity);
}

}  // namespace drover::cli
