#include "cli/demo_data.h"

#include <algorithm>
#include <array>
#include <format>
#include <map>
#include <ranges>
#include <set>

#include "base/text.h"
#include "carbon/csv/import.h"
#include "carbon/synthetic.h"
#include "os/clock.h"
#include "os/command.h"

namespace drover::cli {
namespace {

// Direct carbon intensity by Electricity Maps, one file per year and part of the world.
constexpr std::string_view kSharedData = "shared/data/carbon/em_carbonx";
constexpr const char* kSharedSource = "Electricity Maps";
// A hydro zone with hours near zero, a solar zone with a deep noon, and a gas zone between them.
constexpr std::array<std::string_view, 3> kUsualZones{"US-CENT-SPA", "US-CAL-CISO", "US-NE-ISNE"};
constexpr std::size_t kZones = 3;
// What is generated of the synthetic grid: a year of windows with history before it.
constexpr Instant kSyntheticFrom{std::chrono::sys_days{std::chrono::year{2024} / 12 / 1}};
constexpr Instant kSyntheticTo{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};

std::vector<ZoneId> usual_zones(std::string_view prefix) {
  std::vector<ZoneId> zones;
  zones.reserve(kUsualZones.size());
  for (const auto name : kUsualZones) {
    zones.emplace_back(std::format("{}{}", prefix, name));
  }
  return zones;
}

Result<std::vector<os::Path>> files_of(const DataWish& wish) {
  if (!wish.csv.empty()) {
    return wish.csv;
  }
  return os::list_dir(*wish.folder)
      .and_then([&](const std::vector<std::string>& names) -> Result<std::vector<os::Path>> {
        std::vector<os::Path> files;
        for (const auto& name : names) {
          if (name.starts_with("direct_") && name.ends_with(".csv")) {
            files.push_back(*wish.folder / name);
          }
        }
        if (files.empty()) {
          return not_found(std::format("{} holds no direct_*.csv", wish.folder->string()));
        }
        return files;
      });
}

// The direct series of all files.
Result<std::vector<carbon::Series>> read_files(const std::vector<os::Path>& files,
                                               const std::string& source) {
  std::vector<carbon::Series> all;
  for (const auto& file : files) {
    auto content = carbon::read_carbon_csv(
        file, {.scope = std::nullopt, .zone = std::nullopt, .source = source});
    if (!content) {
      return std::unexpected(content.error());
    }
    std::ranges::copy_if(
        content->series, std::back_inserter(all),
        [](const carbon::Series& series) { return series.scope == carbon::Scope::kDirect; });
  }
  return all;
}

std::set<ZoneId> zones_in(const std::vector<carbon::Series>& series) {
  std::set<ZoneId> zones;
  std::ranges::transform(series, std::inserter(zones, zones.end()), &carbon::Series::zone);
  return zones;
}

std::vector<ZoneId> default_zones(const std::vector<carbon::Series>& series) {
  const auto known = zones_in(series);
  auto usual = usual_zones("");
  const bool all =
      std::ranges::all_of(usual, [&](const ZoneId& zone) { return known.contains(zone); });
  return all ? usual : choose_zones(series);
}

Result<> check_zones(const std::vector<ZoneId>& wished, const std::set<ZoneId>& known) {
  std::vector<std::string_view> names;
  std::ranges::transform(known, std::back_inserter(names),
                         [](const ZoneId& zone) { return std::string_view(zone.str()); });
  std::set<ZoneId> seen;
  for (const auto& zone : wished) {
    if (!known.contains(zone)) {
      return not_found(
          std::format("there is no data of zone '{}'{}", zone, suggest(zone.str(), names)));
    }
    if (!seen.insert(zone).second) {
      return invalid(std::format(
          "zone '{}' is named twice; every node of the demo needs a zone of its own", zone));
    }
  }
  return wished.size() < 2 ? invalid("the demo needs at least two zones to move between")
                           : Result<>{};
}

Result<energy::SeriesByZone> read_back(carbon::Store& store, const std::vector<ZoneId>& zones) {
  const auto summaries = store.zones();
  if (!summaries) {
    return std::unexpected(summaries.error());
  }
  energy::SeriesByZone series;
  for (const auto& summary : *summaries) {
    if (std::ranges::contains(zones, summary.zone)) {
      auto read = store.read({.zone = summary.zone, .from = summary.first, .to = summary.last_end});
      if (!read) {
        return std::unexpected(read.error());
      }
      series.emplace(summary.zone, std::move(*read));
    }
  }
  return series;
}

Result<DemoData> keep(DemoData data, std::vector<carbon::Series> all, carbon::Store& store) {
  std::erase_if(all, [&](const carbon::Series& series) {
    return !std::ranges::contains(data.zones, series.zone);
  });
  return store.write(all, os::RealClock().now())
      .and_then([&](const carbon::ImportReport&) { return read_back(store, data.zones); })
      .transform([&](energy::SeriesByZone series) {
        data.series = std::move(series);
        return std::move(data);
      });
}

Result<DemoData> load_real(const DataWish& wish, carbon::Store& store) {
  DemoData data{.real = true,
                .source = wish.csv.empty() ? kSharedSource : wish.csv.front().filename().string(),
                .zones = {},
                .series = {}};
  return files_of(wish)
      .and_then([&](const std::vector<os::Path>& files) { return read_files(files, data.source); })
      .and_then([&](std::vector<carbon::Series> all) {
        data.zones = wish.zones.empty() ? default_zones(all) : wish.zones;
        return check_zones(data.zones, zones_in(all)).and_then([&] {
          return keep(std::move(data), std::move(all), store);
        });
      });
}

Result<DemoData> load_synthetic(const DataWish& wish, carbon::Store& store) {
  DemoData data{.source = std::string(carbon::kSyntheticSource)};
  data.zones = wish.zones.empty() ? usual_zones(carbon::kSyntheticPrefix) : wish.zones;
  const auto known = carbon::synthetic_zones();
  if (auto checked = check_zones(data.zones, {known.begin(), known.end()}); !checked) {
    return std::unexpected(checked.error());
  }
  std::vector<carbon::Series> all;
  for (const auto& zone : data.zones) {
    auto series = carbon::synthetic_series(zone, kSyntheticFrom, kSyntheticTo, wish.seed);
    if (!series) {
      return std::unexpected(series.error());
    }
    all.push_back(std::move(*series));
  }
  return keep(std::move(data), std::move(all), store);
}

}  // namespace

std::optional<os::Path> find_data_folder() {
  // The program is <checkout>/build/<preset>/bin/drover.
  const auto checkout = os::self_exe().transform([](const os::Path& exe) {
    return exe.parent_path().parent_path().parent_path().parent_path();
  });
  for (const auto& beside : {os::Path("."), checkout.value_or(".")}) {
    auto folder = (beside / ".." / kSharedData).lexically_normal();
    if (os::exists(folder)) {
      return folder;
    }
  }
  return std::nullopt;
}

Result<DemoData> load_demo_data(const DataWish& wish, carbon::Store& store) {
  return wish.csv.empty() && !wish.folder ? load_synthetic(wish, store) : load_real(wish, store);
}

std::vector<ZoneId> choose_zones(const std::vector<carbon::Series>& series) {
  std::map<Instant, std::pair<Intensity, ZoneId>> cleanest;
  std::map<ZoneId, std::size_t> hours;
  for (const auto& one : series) {
    hours.try_emplace(one.zone, 0);
    for (std::size_t i = 0; i < one.values.size(); ++i) {
      if (one.values[i]) {
        const auto candidate = std::pair(*one.values[i], one.zone);
        const auto at = one.start + one.step * static_cast<Duration::rep>(i);
        const auto [found, fresh] = cleanest.try_emplace(at, candidate);
        found->second = std::min(found->second, candidate);
      }
    }
  }
  for (const auto& best : cleanest | std::views::values) {
    ++hours[best.second];
  }
  std::vector<std::pair<std::size_t, ZoneId>> ranking;
  ranking.reserve(hours.size());
  for (const auto& [zone, count] : hours) {
    ranking.emplace_back(count, zone);
  }
  std::ranges::stable_sort(ranking, std::ranges::greater{}, &std::pair<std::size_t, ZoneId>::first);
  std::vector<ZoneId> zones;
  for (const auto& [count, zone] : ranking | std::views::take(kZones)) {
    zones.push_back(zone);
  }
  return zones;
}

}  // namespace drover::cli
