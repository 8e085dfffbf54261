#include "cli/carbon_cmd.h"

#include <algorithm>
#include <format>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <print>
#include <string>
#include <utility>
#include <vector>

#include "carbon/csv/import.h"
#include "carbon/registry.h"
#include "carbon/sqlite/sqlite_store.h"
#include "carbon/synthetic.h"
#include "cli/carbon_json.h"
#include "cli/carbon_plot.h"
#include "energy/emissions.h"
#include "os/file.h"

namespace drover::cli {
namespace {

using carbon::Series;
using energy::Window;
using nlohmann::ordered_json;

constexpr Duration kShownByDefault = std::chrono::hours{48};
constexpr Duration kHistory = std::chrono::days{35};  // more than any model looks back, gaps filled
constexpr int kMaxHours = 24 * 31;

// Of all four; each uses its part.
struct Settings {
  std::vector<std::string> files;
  std::string store;
  std::string scope;
  std::string zone;
  std::string source;
  std::string from;
  std::string to;
  std::string model = "seasonal-naive-24h";
  int hours = 24;
  std::uint64_t seed = 1;
  bool prefer_last = false;
  bool synthetic = false;
  bool json = false;
};

Result<carbon::Scope> scope_of(const Settings& settings) {
  return settings.scope.empty()
             ? Result<carbon::Scope>(carbon::Scope::kDirect)
             : carbon::parse_scope(settings.scope).transform_error(doing("--scope"));
}

Result<Instant> time_of(const std::string& text, std::string_view option) {
  return parse_time(text).transform_error(doing(std::string(option)));
}

// A store to read from: not made by looking for it.
Result<std::unique_ptr<carbon::Store>> open_existing(const Settings& settings) {
  if (!os::exists(settings.store)) {
    return not_found(std::format(
        "there is no carbon store {}; make one with: drover carbon import FILE --store {}",
        settings.store, settings.store));
  }
  return carbon::open_sqlite_store(settings.store);
}

// ---- import

void print_import(const carbon::ImportReport& report, const ordered_json& files) {
  for (const auto& file : files) {
    std::println("{}: {} series, {} hours the provider estimated, {} repeated rows",
                 file["file"].get<std::string>(), file["series"].get<std::size_t>(),
                 file["estimated"].get<std::int64_t>(), file["duplicates"].get<std::int64_t>());
  }
  std::println("{} new values, {} replaced, {} unchanged; {} hours are unknown", report.inserted,
               report.replaced, report.unchanged, report.gaps);
}

Result<int> run_import(const Settings& settings) {
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
  return carbon::open_sqlite_store(settings.store)
      .and_then([&](const std::unique_ptr<carbon::Store>& store) { return store->write(all); })
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

// ---- list

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

Result<int> run_list(const Settings& settings) {
  return open_existing(settings)
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

// ---- show, forecast

// What is known of the zone in a stretch, from the store or made up.
Result<Series> load(const Settings& settings, const Window& window) {
  const auto scope = scope_of(settings);
  if (!scope) {
    return std::unexpected(scope.error());
  }
  if (settings.synthetic) {
    return carbon::synthetic_series({.zone = ZoneId{settings.zone},
                                     .from = window.from,
                                     .to = window.to,
                                     .seed = settings.seed,
                                     .scope = *scope});
  }
  return open_existing(settings).and_then([&](const std::unique_ptr<carbon::Store>& store) {
    return store->read(
        {.zone = ZoneId{settings.zone}, .scope = *scope, .from = window.from, .to = window.to});
  });
}

// What the store's data of the zone span.
Result<Window> extent_of(const Settings& settings, carbon::Scope scope) {
  return open_existing(settings).and_then(
      [&](const std::unique_ptr<carbon::Store>& store) -> Result<Window> {
        const auto zones = store->zones();
        if (!zones) {
          return std::unexpected(zones.error());
        }
        for (const auto& summary : *zones) {
          if (summary.zone.str() == settings.zone && summary.scope == scope &&
              summary.kind == carbon::Kind::kAverage) {
            return Window{.from = summary.first, .to = summary.last_end};
          }
        }
        // Nothing there: reading says so, and what is known instead.
        return store->read({.zone = ZoneId{settings.zone}, .scope = scope, .from = {}, .to = {}})
            .transform([](const Series& none) { return Window{none.start, none.end()}; });
      });
}

// Where --to is not given: two days of the synthetic grid, or up to the end of the store's data.
Result<Window> default_window(const Settings& settings, std::optional<Instant> from) {
  if (settings.synthetic) {
    return from ? Result<Window>(Window{.from = *from, .to = *from + kShownByDefault})
                : invalid("the synthetic grid has no end; say --from and --to");
  }
  return scope_of(settings)
      .and_then([&](carbon::Scope scope) { return extent_of(settings, scope); })
      .transform([&](const Window& extent) {
        const Instant begin = std::max(extent.from, extent.to - kShownByDefault);
        return Window{.from = from.value_or(begin), .to = extent.to};
      });
}

Result<Window> window_of(const Settings& settings) {
  std::optional<Instant> from;
  if (!settings.from.empty()) {
    const auto parsed = time_of(settings.from, "--from");
    if (!parsed) {
      return std::unexpected(parsed.error());
    }
    from = *parsed;
  }
  if (settings.to.empty()) {
    return default_window(settings, from);
  }
  return time_of(settings.to, "--to").transform([&](Instant to) {
    return Window{.from = from.value_or(to - kShownByDefault), .to = to};
  });
}

Result<int> run_show(const Settings& settings) {
  return window_of(settings)
      .and_then([&](const Window& window) { return load(settings, window); })
      .transform([&](const Series& series) -> int {
        if (settings.json) {
          std::println("{}", to_json(series).dump(2));
        } else {
          std::print("{}{}", plot_title(series), plot(series));
        }
        return kExitOk;
      });
}

void print_forecast(const carbon::Forecast& forecast, const Series& history) {
  Series shown = history;
  shown.start = forecast.issued;
  shown.values.assign(forecast.mean.begin(), forecast.mean.end());
  std::print("{}forecast by {} issued {}\n", plot_title(history), forecast.model,
             format_time(forecast.issued));
  if (!forecast.fallback.empty()) {
    std::println("note: {}", forecast.fallback);
  }
  std::print("{}", plot(shown));
}

Result<carbon::Forecast> make_forecast(const Settings& settings, const Series& history,
                                       Instant issued) {
  const Duration ahead = std::chrono::hours{settings.hours};  // a last step begun counts
  const auto leads = static_cast<std::size_t>((ahead + history.step - Duration{1}) / history.step);
  return carbon::make_forecaster(settings.model)
      .transform_error(doing("--model"))
      .and_then([&](const std::unique_ptr<carbon::Forecaster>& model) {
        return carbon::issue_forecast(*model, history, issued, leads);
      });
}

Result<int> run_forecast(const Settings& settings) {
  const auto issued = time_of(settings.from, "--at");
  if (!issued) {
    return std::unexpected(issued.error());
  }
  const auto history = load(settings, {.from = *issued - kHistory, .to = *issued});
  if (!history) {
    return std::unexpected(history.error());
  }
  return make_forecast(settings, *history, *issued)
      .transform([&](const carbon::Forecast& forecast) -> int {
        if (settings.json) {
          std::println("{}", to_json(forecast, *history).dump(2));
        } else {
          print_forecast(forecast, *history);
        }
        return kExitOk;
      });
}

// ---- options

void add_output_options(CLI::App& app, Settings& settings) {
  app.add_flag("--json", settings.json, "print JSON instead of text");
}

void add_scope_option(CLI::App& app, Settings& settings, const std::string& otherwise) {
  app.add_option("--scope", settings.scope, "direct or lifecycle; " + otherwise)
      ->type_name("SCOPE");
}

void add_import(CLI::App& app, Settings& settings) {
  app.add_option("FILE", settings.files, "CSV: one column per zone, or Electricity Maps")
      ->required();
  app.add_option("--store", settings.store, "database to import into; made if absent")
      ->required()
      ->type_name("DB");
  add_scope_option(app, settings, "by default what the file's name or header says");
  app.add_option("--zone", settings.zone, "only this zone; also the zone of a file that names none")
      ->type_name("ZONE");
  app.add_option("--source", settings.source,
                 "where the data come from; by default the format's name")
      ->type_name("NAME");
  app.add_flag("--prefer-last", settings.prefer_last,
               "of two values for one hour in a file take the later line");
  add_output_options(app, settings);
}

void add_source_options(CLI::App& app, Settings& settings) {
  app.add_option("ZONE", settings.zone, "grid zone, such as US-NE-ISNE or SYN-US-NE-ISNE")
      ->required();
  auto* store = app.add_option("--store", settings.store, "database to read")->type_name("DB");
  auto* synthetic = app.add_flag("--synthetic", settings.synthetic,
                                 "the built-in synthetic grid instead of a store");
  store->excludes(synthetic);
  app.add_option("--seed", settings.seed, "of the synthetic grid")->capture_default_str();
  add_scope_option(app, settings, "default direct");
  add_output_options(app, settings);
  app.callback([&settings] {
    if (settings.store.empty() && !settings.synthetic) {
      throw CLI::RequiredError("--store DB or --synthetic");
    }
  });
}

void add_show(CLI::App& app, Settings& settings) {
  add_source_options(app, settings);
  app.add_option("--from", settings.from,
                 "begin; default two days before the end, or where the data begin")
      ->type_name("TIME");
  app.add_option("--to", settings.to, "end; default where the data end")->type_name("TIME");
}

void add_forecast(CLI::App& app, Settings& settings) {
  add_source_options(app, settings);
  app.add_option("--at", settings.from, "issue time: nothing from then on is seen")
      ->required()
      ->type_name("TIME");
  std::string models;
  for (const auto& entry : carbon::forecasters()) {
    models += std::format("{}{}", models.empty() ? "" : ", ", entry.name);
  }
  app.add_option("--model", settings.model, models)->capture_default_str()->type_name("MODEL");
  app.add_option("--hours", settings.hours, "how far ahead")
      ->capture_default_str()
      ->check(CLI::Range(1, kMaxHours));
}

struct Verb {
  const char* name;
  const char* summary;
  void (*add)(CLI::App& app, Settings& settings);
  Result<int> (*run)(const Settings& settings);
};

constexpr Verb kVerbs[] = {
    {.name = "import",
     .summary = "read CSV files into a store, all or nothing",
     .add = add_import,
     .run = run_import},
    {.name = "list",
     .summary = "what a store knows",
     .add =
         [](CLI::App& app, Settings& settings) {
           app.add_option("--store", settings.store, "database to read")
               ->required()
               ->type_name("DB");
           add_output_options(app, settings);
         },
     .run = run_list},
    {.name = "show", .summary = "a zone's carbon intensity", .add = add_show, .run = run_show},
    {.name = "forecast",
     .summary = "what a model expects of a zone",
     .add = add_forecast,
     .run = run_forecast},
};

}  // namespace

void add_carbon(CLI::App& app, Action& action) {
  const auto settings = std::make_shared<std::map<const CLI::App*, Settings>>();
  std::vector<std::pair<const CLI::App*, const Verb*>> verbs;
  app.require_subcommand(1);
  for (const Verb& verb : kVerbs) {
    auto* sub = app.add_subcommand(verb.name, verb.summary);
    verb.add(*sub, (*settings)[sub]);
    verbs.emplace_back(sub, &verb);
  }
  action = [settings, verbs]() -> Result<int> {
    for (const auto& [sub, verb] : verbs) {
      if (sub->parsed()) {
        return verb->run(settings->at(sub));
      }
    }
    return internal("no subcommand of `drover carbon` was chosen");
  };
}

}  // namespace drover::cli
