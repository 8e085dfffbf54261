#include "cli/bench_carbon.h"

#include <algorithm>
#include <cmath>
#include <format>
#include <print>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "carbon/files/files.h"
#include "carbon/registry.h"
#include "carbon/sqlite/sqlite_store.h"
#include "carbon/synthetic.h"
#include "cli/bench_report.h"
#include "cli/report_file.h"
#include "cli/table.h"
#include "cli/work_folder.h"
#include "os/clock.h"
#include "os/command.h"
#include "os/file.h"

namespace drover::cli {
namespace {

using carbon::Series;
using nlohmann::ordered_json;

constexpr int kYearZones = 51;
constexpr int kYearHours = 8760;
constexpr int kBaselineZones = 10;  // NumPy is slow; its time is per zone
constexpr std::size_t kLeads = 96;
constexpr int kQueries = 1000;
constexpr Instant kFrom{std::chrono::sys_days{std::chrono::year{2022} / 10 / 1}};
constexpr Instant kTo{std::chrono::sys_days{std::chrono::year{2025} / 1 / 1}};

// Like the synthetic grid, under as many names as are asked for.
Result<std::vector<Series>> make_zones(int count, Instant from, Instant to) {
  const auto known = carbon::synthetic_zones();
  std::vector<Series> all;
  for (int i = 0; i < count; ++i) {
    const auto number = static_cast<std::size_t>(i);
    auto series = carbon::synthetic_series({.zone = known[number % known.size()],
                                            .from = from,
                                            .to = to,
                                            .seed = 1 + number / known.size()});
    if (!series) {
      return std::unexpected(series.error());
    }
    series->zone = ZoneId{std::format("SYN-{}", i)};
    all.push_back(*std::move(series));
  }
  return all;
}

std::string wide_csv(const std::vector<Series>& all) {
  std::string text = "datetime_utc";
  for (const auto& series : all) {
    text += std::format(",{}", series.zone);
  }
  for (std::size_t hour = 0; hour < all.front().values.size(); ++hour) {
    text += "\n" + format_time(all.front().time_of(hour));
    for (const auto& series : all) {
      text += std::format(",{:.1f}", series.values[hour]->grams_per_kwh());
    }
  }
  return text + "\n";
}

double seconds(const os::Stopwatch& watch) {
  return std::chrono::duration<double>(watch.elapsed_ns()).count();
}

// Reading the file and writing the store, as `drover carbon import` does.
Result<double> import_once(const os::Path& csv, const os::Path& database) {
  const os::Stopwatch watch;
  return carbon::read_carbon_file(csv.string(), {})
      .and_then([&](const carbon::FileContent& content) {
        return carbon::open_sqlite_store(database.string())
            .and_then([&](const std::unique_ptr<carbon::Store>& store) {
              return store->write(content.series, kTo);
            });
      })
      .transform([&](const carbon::ImportReport&) { return seconds(watch); });
}

Result<ordered_json> bench_import(const os::Path& folder) {
  return make_zones(kYearZones, kFrom, kFrom + std::chrono::hours{kYearHours})
      .and_then([&](const std::vector<Series>& year) {
        return os::atomic_write(folder / "direct_year.csv", wide_csv(year));
      })
      .and_then([&]() -> Result<ordered_json> {
        const auto first = import_once(folder / "direct_year.csv", folder / "year.db");
        const auto again = import_once(folder / "direct_year.csv", folder / "year.db");
        if (!first || !again) {
          return std::unexpected(first ? again.error() : first.error());
        }
        return ordered_json{
            {"zones", kYearZones}, {"hours", kYearHours}, {"first_s", *first}, {"again_s", *again}};
      });
}

struct Fitted {
  double total_s = 0;
  std::vector<std::vector<double>> forecasts;
};

// On one core: this thread alone.
Result<Fitted> fit_all(const std::vector<Series>& zones, std::string_view name) {
  const auto model = carbon::make_forecaster(name);
  if (!model) {
    return std::unexpected(model.error());
  }
  Fitted fitted;
  const os::Stopwatch watch;
  for (const auto& series : zones) {
    const auto forecast = carbon::issue_forecast(**model, series, series.end(), kLeads);
    if (!forecast) {
      return std::unexpected(forecast.error());
    }
    auto& means = fitted.forecasts.emplace_back();
    std::ranges::transform(forecast->mean, std::back_inserter(means),
                           [](Intensity mean) { return mean.grams_per_kwh(); });
  }
  fitted.total_s = seconds(watch);
  return fitted;
}

struct Baseline {
  double zone_s = 0;  // median
  double largest_difference = 0;
};

// The same model by NumPy over the first zones: how long, and that it says the same.
Result<Baseline> run_numpy(const CarbonBenchSettings& settings, const os::Path& folder,
                           const std::vector<Series>& zones, const Fitted& ours) {
  const auto count = std::min<std::size_t>(zones.size(), kBaselineZones);
  const std::vector<Series> some(zones.begin(), zones.begin() + static_cast<std::ptrdiff_t>(count));
  const auto file = folder / "direct_zones.csv";
  return os::atomic_write(file, wide_csv(some))
      .and_then([&] {
        return os::run_ok(
            {.argv = {"env", "OPENBLAS_NUM_THREADS=1", "python3", settings.numpy, file.string()},
             .timeout = std::chrono::minutes{5}});
      })
      .and_then([&](const std::string& text) -> Result<Baseline> {
        const auto said = ordered_json::parse(text, nullptr, false);
        if (!said.is_object()) {
          return internal("the NumPy baseline did not print JSON");
        }
        Baseline baseline{
            .zone_s = spread_of(said["seconds_per_zone"].get<std::vector<double>>()).median};
        for (std::size_t zone = 0; zone < count; ++zone) {
          const auto theirs = said["forecasts"][some[zone].zone.str()].get<std::vector<double>>();
          for (std::size_t lead = 0; lead < kLeads; ++lead) {
            baseline.largest_difference = std::max(
                baseline.largest_difference, std::abs(theirs[lead] - ours.forecasts[zone][lead]));
          }
        }
        return baseline;
      });
}

Result<ordered_json> bench_fit(const CarbonBenchSettings& settings, const os::Path& folder) {
  const auto zones = make_zones(settings.zones, kFrom, kTo);
  if (!zones) {
    return std::unexpected(zones.error());
  }
  ordered_json out = {
      {"zones", settings.zones}, {"leads", kLeads}, {"models", ordered_json::object()}};
  for (const std::string_view name : {"climatology", "holt-winters", "ridge", "robust-ridge"}) {
    const auto fitted = fit_all(*zones, name);
    if (!fitted) {
      return std::unexpected(fitted.error());
    }
    out["models"][name] = {{"total_s", fitted->total_s},
                           {"zone_ms", fitted->total_s * 1000 / settings.zones}};
    if (name != "ridge" || settings.numpy.empty()) {
      continue;
    }
    const auto numpy = run_numpy(settings, folder, *zones, *fitted);
    if (!numpy) {
      return std::unexpected(numpy.error());
    }
    out["numpy"] = {{"zone_ms", numpy->zone_s * 1000},
                    {"zones", kBaselineZones},
                    {"largest_difference_g_per_kwh", numpy->largest_difference},
                    {"drover_over_numpy", fitted->total_s / settings.zones / numpy->zone_s}};
  }
  return out;
}

// One year after the other, so that memory stays small.
Result<> fill(carbon::Store& store, const CarbonBenchSettings& settings, Instant begin) {
  for (int year = 0; year < settings.store_years; ++year) {
    const Instant from = begin + std::chrono::hours{kYearHours} * year;
    auto zones = make_zones(settings.store_zones, from, from + std::chrono::hours{kYearHours});
    auto written = std::move(zones).and_then(
        [&](const std::vector<Series>& all) { return store.write(all, kTo); });
    if (!written) {
      return std::unexpected(written.error());
    }
  }
  return {};
}

Result<ordered_json> bench_queries(const CarbonBenchSettings& settings, const os::Path& folder) {
  constexpr Duration kWeek = std::chrono::hours{168};
  const Instant begin{std::chrono::sys_days{std::chrono::year{2021} / 1 / 1}};
  const auto store = carbon::open_sqlite_store((folder / "large.db").string());
  const os::Stopwatch build;
  const auto filled = store ? fill(**store, settings, begin) : std::unexpected(store.error());
  if (!filled) {
    return std::unexpected(filled.error());
  }
  const double build_s = seconds(build);
  std::vector<double> spans;
  const auto weeks =
      static_cast<int>(std::chrono::hours{kYearHours} * settings.store_years / kWeek);
  for (int i = 0; i < kQueries; ++i) {
    const Instant from = begin + kWeek * (i * 37 % weeks);
    const os::Stopwatch watch;
    const auto read =
        (*store)->read({.zone = ZoneId{std::format("SYN-{}", i * 13 % settings.store_zones)},
                        .from = from,
                        .to = from + kWeek});
    spans.push_back(seconds(watch) * 1000);
    if (!read || read->values.size() != 168) {
      return read ? internal("a week was not read whole") : std::unexpected(read.error());
    }
  }
  std::ranges::sort(spans);
  return ordered_json{{"zones", settings.store_zones},
                      {"years", settings.store_years},
                      {"points", static_cast<std::int64_t>(settings.store_zones) *
                                     settings.store_years * kYearHours},
                      {"build_s", build_s},
                      {"queries", kQueries},
                      {"week_ms",
                       {{"median", spans[spans.size() / 2]},
                        {"p99", spans[spans.size() * 99 / 100]},
                        {"max", spans.back()}}}};
}

std::string number(const ordered_json& value, int decimals) {
  return std::format("{:.{}f}", value.get<double>(), decimals);
}

void print(const ordered_json& report) {
  const auto& import = report["import"];
  const auto& fit = report["fit"];
  const auto& query = report["query"];
  Table table({"WHAT", "MEASURED"});
  table.add(
      {std::format("import a year of {} zones, s", kYearZones), number(import["first_s"], 3)});
  table.add({"the same again, s", number(import["again_s"], 3)});
  for (const auto& [name, model] : fit["models"].items()) {
    table.add(
        {std::format("{}: fit and forecast {} zones on one core, s", name, fit["zones"].get<int>()),
         number(model["total_s"], 3)});
  }
  if (fit.contains("numpy")) {
    const auto& numpy = fit["numpy"];
    table.add({"ridge in NumPy, ms a zone", number(numpy["zone_ms"], 1)});
    table.add({"ridge here, ms a zone", number(fit["models"]["ridge"]["zone_ms"], 1)});
    table.add({"here over NumPy", number(numpy["drover_over_numpy"], 2)});
    table.add({"largest difference of forecasts, g/kWh",
               number(numpy["largest_difference_g_per_kwh"], 3)});
  }
  table.add({std::format("a week of one of {} zones x {} years, median ms",
                         query["zones"].get<int>(), query["years"].get<int>()),
             number(query["week_ms"]["median"], 3)});
  table.add({"the same, p99 ms", number(query["week_ms"]["p99"], 3)});
  std::print("synthetic data, release build recommended\n{}", table.text());
}

}  // namespace

void add_bench_carbon(CLI::App& app, CarbonBenchSettings& settings) {
  app.add_option("--zones", settings.zones, "zones to fit")
      ->capture_default_str()
      ->check(CLI::Range(1, 10000));
  app.add_option("--store-zones", settings.store_zones, "zones in the store that is queried")
      ->capture_default_str()
      ->check(CLI::Range(1, 10000));
  app.add_option("--store-years", settings.store_years, "years of each")
      ->capture_default_str()
      ->check(CLI::Range(1, 50));
  app.add_option("--numpy", settings.numpy, "tests/bench/ridge_numpy.py: the baseline")
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
  app.add_option("--json", settings.json, "write the report here, too")->check(report_file());
}

Result<int> run_bench_carbon(const CarbonBenchSettings& settings) {
  return WorkFolder::make("drover-bench-carbon")
      .and_then([&](const WorkFolder& folder) -> Result<int> {
        ordered_json report = {{"synthetic", true}};
        const std::pair<const char*, Result<ordered_json>> parts[] = {
            {"import", bench_import(folder.path())},
            {"fit", bench_fit(settings, folder.path())},
            {"query", bench_queries(settings, folder.path())}};
        for (const auto& [name, part] : parts) {
          if (!part) {
            return std::unexpected(doing(name)(part.error()));
          }
          report[name] = *part;
        }
        print(report);
        if (!settings.json.empty()) {
          if (auto written = os::atomic_write(settings.json, report.dump(2) + "\n"); !written) {
            return std::unexpected(written.error());
          }
        }
        return kExitOk;
      });
}

}  // namespace drover::cli
