#include <algorithm>
#include <cstdint>
#include <format>
#include <iterator>
#include <print>
#include <string>
#include <utility>
#include <vector>

#include "cli/carbon_import_files.h"
#include "cli/carbon_json.h"
#include "cli/carbon_store.h"
#include "cli/carbon_verbs.h"
#include "cli/command.h"
#include "os/clock.h"
#include "os/file.h"

namespace drover::cli {
namespace {

using carbon::Series;
using nlohmann::ordered_json;

struct Imported {
  carbon::ImportReport values;
  std::int64_t forecasts = 0;  // new or replaced
};

// One write for all files: a bad last file leaves the store as it was. Forecasts are checked before
// the values are written, and writing both again changes nothing.
Result<Imported> write_all(carbon::Store& store, const std::vector<ImportedFile>& files) {
  std::vector<Series> series;
  std::vector<carbon::ProviderForecast> forecasts;
  for (const ImportedFile& file : files) {
    std::ranges::copy(file.content.series, std::back_inserter(series));
    std::ranges::copy(file.content.forecasts, std::back_inserter(forecasts));
  }
  for (const auto& forecast : forecasts) {
    if (auto storable = carbon::check_storable(forecast); !storable) {
      return std::unexpected(storable.error());
    }
  }
  Imported imported;
  return store.write(series, os::RealClock().now())
      .and_then([&](const carbon::ImportReport& report) -> Result<std::int64_t> {
        imported.values = report;
        return forecasts.empty() ? 0 : store.write_forecasts(forecasts);
      })
      .transform([&](std::int64_t written) {
        imported.forecasts = written;
        return imported;
      });
}

void print_import(const Imported& imported, const std::vector<ImportedFile>& files) {
  for (const ImportedFile& file : files) {
    std::println("{}", describe(file));
  }
  const carbon::ImportReport& values = imported.values;
  std::println("{} new values, {} revised, {} unchanged; {} hours are unknown", values.inserted,
               values.revised, values.unchanged, values.gaps);
  if (std::ranges::any_of(files,
                          [](const auto& file) { return !file.content.forecasts.empty(); })) {
    std::println("{} forecasts new or replaced", imported.forecasts);
  }
}

void print_import_json(const Imported& imported, const std::vector<ImportedFile>& files) {
  ordered_json out = to_json(imported.values);
  out["forecasts"] = imported.forecasts;
  out["files"] = ordered_json::array();
  for (const ImportedFile& file : files) {
    out["files"].push_back(to_json(file));
  }
  std::println("{}", out.dump(2));
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

Result<std::optional<carbon::Basis>> basis_of(const CarbonSettings& settings) {
  using Absent = std::optional<carbon::Basis>;
  return settings.basis.empty() ? Absent()
                                : carbon::parse_basis(settings.basis)
                                      .transform_error(doing("--basis"))
                                      .transform([](carbon::Basis basis) { return Absent(basis); });
}

Result<int> run_carbon_import(const CarbonSettings& settings) {
  const auto files = read_import_files(settings);
  if (!files) {
    return std::unexpected(files.error());
  }
  return open_carbon_store(settings.store)
      .and_then(
          [&](const std::unique_ptr<carbon::Store>& store) { return write_all(*store, *files); })
      .transform([&](const Imported& imported) -> int {
        settings.json ? print_import_json(imported, *files) : print_import(imported, *files);
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
