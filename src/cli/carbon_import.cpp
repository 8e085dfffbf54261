#include <algorithm>
#include <iterator>
#include <print>
#include <string>
#include <utility>
#include <vector>

#include "carbon/csv/import.h"
#include "cli/carbon_json.h"
#include "cli/carbon_store.h"
#include "cli/carbon_verbs.h"
#include "cli/command.h"
#include "os/clock.h"

namespace drover::cli {
namespace {

using carbon::Series;
using nlohmann::ordered_json;

void print_import(const carbon::ImportReport& report, const ordered_json& files) {
  for (const auto& file : files) {
    std::println("{}: {} series, {} hours the provider estimated, {} repeated rows",
                 file["file"].get<std::string>(), file["series"].get<std::size_t>(),
                 file["estimated"].get<std::int64_t>(), file["duplicates"].get<std::int64_t>());
  }
  std::println("{} new values, {} revised, {} unchanged; {} hours are unknown", report.inserted,
               report.revised, report.unchanged, report.gaps);
}

void print_zones(const std::vector<carbon::ZoneSummary>& zones) {
  if (zones.empty()) {
    std::println("no zones yet; import some with: drover carbon import FILE --store DB");
    return;
  }
  std::println("{:<20} {:<9} {:<9} {:<20} {:<20} {:>9} {:>7}  {}", "ZONE", "KIND", "SCOPE", "FROM",
               "TO", "KNOWN", "GAPS", "SOURCE");
  for (const auto& zone : zones) {
    std::println("{:<20} {:<9} {:<9} {:<20} {:<20} {:>9} {:>7}  {}", zone.zone,
                 to_string(zone.kind), to_string(zone.scope), format_time(zone.first),
                 format_time(zone.last_end), zone.points, zone.gaps, zone.source);
  }
}

}  // namespace

Result<carbon::Scope> scope_of(const CarbonSettings& settings) {
  return settings.scope.empty()
             ? Result<carbon::Scope>(carbon::Scope::kDirect)
             : carbon::parse_scope(settings.scope).transform_error(doing("--scope"));
}

Result<int> run_carbon_import(const CarbonSettings& settings) {
  carbon::CsvOptions options = {
      .scope = {}, .zone = {}, .source = settings.source, .prefer_last = settings.prefer_last};
  if (!settings.scope.empty()) {
    const auto scope = scope_of(settings);
    if (!scope) {
      return std::unexpected(scope.error());
    }
    options.scope = *scope;
  }
  if (!settings.zone.empty()) {
    options.zone = ZoneId{settings.zone};
  }
  std::vector<Series> all;
  auto files = ordered_json::array();
  for (const std::string& file : settings.files) {
    auto content = carbon::read_carbon_csv(file, options);
    if (!content) {
      return std::unexpected(content.error());
    }
    files.push_back({{"file", file},
                     {"format", content->format},
                     {"series", content->series.size()},
                     {"estimated", content->estimated},
                     {"duplicates", content->duplicates}});
    std::ranges::move(content->series, std::back_inserter(all));
  }
  // One write for all files: a bad last file leaves the store as it was.
  return open_carbon_store(settings.store)
      .and_then([&](const std::unique_ptr<carbon::Store>& store) {
        return store->write(all, os::RealClock().now());
      })
      .transform([&](const carbon::ImportReport& report) -> int {
        if (settings.json) {
          ordered_json out = to_json(report);
          out["files"] = files;
          std::println("{}", out.dump(2));
        } else {
          print_import(report, files);
        }
        return kExitOk;
      });
}

Result<int> run_carbon_list(const CarbonSettings& settings) {
  return open_existing_carbon_store(settings.store)
      .and_then([](const std::unique_ptr<carbon::Store>& store) { return store->zones(); })
      .transform([&](const std::vector<carbon::ZoneSummary>& zones) -> int {
        if (settings.json) {
          std::println("{}", to_json(zones).dump(2));
        } else {
          print_zones(zones);
        }
        return kExitOk;
      });
}

}  // namespace drover::cli
