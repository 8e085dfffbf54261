#include "cli/carbon_cmd.h"

#include <format>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "carbon/registry.h"
#include "cli/carbon_serve.h"
#include "cli/carbon_verbs.h"
#include "cli/report_file.h"

namespace drover::cli {
namespace {

constexpr int kMaxHours = 24 * 31;

std::string model_names() {
  std::string names;
  for (const auto& entry : carbon::forecasters()) {
    names += std::format("{}{}", names.empty() ? "" : ", ", entry.name);
  }
  return names;
}

void add_output_options(CLI::App& app, CarbonSettings& settings) {
  app.add_flag("--json", settings.json, "print JSON instead of text");
}

void add_scope_option(CLI::App& app, CarbonSettings& settings, const std::string& otherwise) {
  app.add_option("--scope", settings.scope, "direct or lifecycle; " + otherwise)
      ->type_name("SCOPE");
}

void add_import(CLI::App& app, CarbonSettings& settings) {
  app.add_option("FILE", settings.files,
                 "CSV of several makers, or an answer of a provider; docs/formats/carbon-files.md")
      ->required();
  app.add_option("--store", settings.store,
                 "file or postgresql:// URI to import into; made if absent")
      ->required()
      ->type_name("DB");
  add_scope_option(app, settings, "by default what the file's name or header says");
  app.add_option("--basis", settings.basis,
                 "consumption or production, of a file that does not say")
      ->type_name("BASIS");
  app.add_option("--zone", settings.zone, "only this zone; also the zone of a file that names none")
      ->type_name("ZONE");
  app.add_option("--source", settings.source,
                 "where the data come from; by default the format's name")
      ->type_name("NAME");
  app.add_option("--issued", settings.issued,
                 "when forecasts that do not say it were made or received")
      ->type_name("TIME");
  app.add_option("--step", settings.step,
                 "5m, 15m, 30m or 1h: finer values become means over it; by default as in the file")
      ->type_name("STEP");
  app.add_flag("--skip-bad", settings.skip_bad,
               "leave bad lines of a CSV file out and list them; otherwise nothing is imported");
  app.add_flag("--prefer-last", settings.prefer_last,
               "of two values for one hour in a file take the later line");
  add_output_options(app, settings);
}

void add_source_options(CLI::App& app, CarbonSettings& settings) {
  app.add_option("ZONE", settings.zone, "grid zone, such as US-NE-ISNE or SYN-US-NE-ISNE")
      ->required();
  auto* store = app.add_option("--store", settings.store, "file or postgresql:// URI to read")
                    ->type_name("DB");
  auto* synthetic = app.add_flag("--synthetic", settings.synthetic,
                                 "the built-in synthetic grid instead of a store");
  store->excludes(synthetic);
  app.add_option("--seed", settings.seed, "of the synthetic grid")->capture_default_str();
  add_scope_option(app, settings, "default direct");
  app.add_option("--basis", settings.basis,
                 "unstated, consumption or production; default whichever there is")
      ->type_name("BASIS");
  app.add_option("--source", settings.source, "of a store that has several sources of a zone")
      ->type_name("NAME");
  add_output_options(app, settings);
  app.add_option("--plot", settings.plot, "also write a plot, .svg or .png")
      ->check(report_file())
      ->type_name("FILE");
  app.callback([&settings] {
    if (settings.store.empty() && !settings.synthetic) {
      throw CLI::RequiredError("--store DB or --synthetic");
    }
  });
}

void add_show(CLI::App& app, CarbonSettings& settings) {
  add_source_options(app, settings);
  app.add_option("--from", settings.from,
                 "begin; default two days before the end, or where the data begin")
      ->type_name("TIME");
  app.add_option("--to", settings.to, "end; default where the data end")->type_name("TIME");
}

void add_forecast(CLI::App& app, CarbonSettings& settings) {
  add_source_options(app, settings);
  app.add_option("--at", settings.from,
                 "issue time: nothing from then on, nor what became known later, is seen; default "
                 "where the data end")
      ->type_name("TIME");
  settings.hours = 96;
  settings.model = carbon::default_forecaster();
  app.add_option("--model", settings.model, model_names())
      ->capture_default_str()
      ->type_name("MODEL");
  app.add_option("--hours", settings.hours, "how far ahead")
      ->capture_default_str()
      ->check(CLI::Range(1, kMaxHours));
}

void add_backtest(CLI::App& app, CarbonSettings& settings) {
  settings.hours = 96;
  auto* store = app.add_option("--store", settings.store, "database to read")->type_name("DB");
  auto* csv = app.add_option("--csv", settings.files, "files to read instead of a store")
                  ->type_name("FILE...");
  auto* synthetic = app.add_flag("--synthetic", settings.synthetic, "the built-in synthetic grid");
  store->excludes(csv)->excludes(synthetic);
  csv->excludes(synthetic);
  app.add_option("--seed", settings.seed, "of the synthetic grid")->capture_default_str();
  app.add_option("--zones", settings.zones, "zones, with commas between; default all there are")
      ->delimiter(',')
      ->type_name("ZONE,...");
  add_scope_option(app, settings, "default direct");
  app.add_option("--source", settings.source, "of a store that has several sources of a zone")
      ->type_name("NAME");
  app.add_option("--from", settings.from, "first issue; default 181 days before --to")
      ->type_name("TIME");
  app.add_option("--to", settings.to,
                 "issues end before; default the last whose whole horizon is known")
      ->type_name("TIME");
  app.add_option("--issue-hour", settings.issue_hour, "hour of day (UTC) of the issues, or all")
      ->capture_default_str();
  app.add_option("--horizon", settings.hours, "hours ahead")
      ->capture_default_str()
      ->check(CLI::Range(1, kMaxHours));
  app.add_option("--models", settings.models, "names with commas between, or all: " + model_names())
      ->delimiter(',')
      ->capture_default_str()
      ->type_name("MODEL,...");
  app.add_option("--external", settings.external,
                 "folder with foreign forecasts, ZONE.csv each, scored on the same issues")
      ->check(CLI::ExistingDirectory)
      ->type_name("DIR");
  app.add_option("--json", settings.report, "write the whole report as JSON; - for standard output")
      ->check(report_file())
      ->type_name("FILE");
  app.add_option("--plot", settings.plot, "write a plot, .svg or .png")
      ->check(report_file())
      ->type_name("FILE");
  app.callback([&settings] {
    if (settings.store.empty() && settings.files.empty() && !settings.synthetic) {
      throw CLI::RequiredError("--store DB, --csv FILE... or --synthetic");
    }
  });
}

void add_fetch(CLI::App& app, CarbonSettings& settings) {
  app.add_option("--config", settings.config, "providers, their zones and where their keys are")
      ->required()
      ->type_name("FILE");
  app.add_option("--store", settings.store, "database to write to; made if absent")
      ->required()
      ->type_name("DB");
  app.add_option("--zones", settings.zones, "only these, with commas between")
      ->delimiter(',')
      ->type_name("ZONE,...");
  auto* from = app.add_option("--from", settings.from,
                              "history from then on, instead of the newest values and forecasts")
                   ->type_name("TIME");
  auto* to = app.add_option("--to", settings.to, "end of the history; default now")
                 ->needs(from)
                 ->type_name("TIME");
  auto* every = app.add_option("--every", settings.every,
                               "go on until stopped; ask for each zone so often (5m, 1h), but not "
                               "more often than the configuration says")
                    ->excludes(from)
                    ->excludes(to)
                    ->type_name("DURATION");
  app.add_flag("--once", "ask once and end: the default")->excludes(every);
  add_output_options(app, settings);
  app.footer(
      "Exit codes: 0 all came, 1 of several some failed; when all failed the code of the first "
      "error.");
}

struct Verb {
  const char* name;
  const char* summary;
  void (*add)(CLI::App& app, CarbonSettings& settings);
  Result<int> (*run)(const CarbonSettings& settings);
};

constexpr Verb kVerbs[] = {
    {.name = "fetch",
     .summary = "ask providers for values and forecasts, and store them",
     .add = add_fetch,
     .run = run_carbon_fetch},
    {.name = "import",
     .summary = "read files of carbon data into a store, all or nothing",
     .add = add_import,
     .run = run_carbon_import},
    {.name = "list",
     .summary = "what a store knows",
     .add =
         [](CLI::App& app, CarbonSettings& settings) {
           app.add_option("--store", settings.store, "file or postgresql:// URI to read")
               ->required()
               ->type_name("DB");
           add_output_options(app, settings);
         },
     .run = run_carbon_list},
    {.name = "show",
     .summary = "a zone's carbon intensity",
     .add = add_show,
     .run = run_carbon_show},
    {.name = "forecast",
     .summary = "what a model expects of a zone",
     .add = add_forecast,
     .run = run_carbon_forecast},
    {.name = "backtest",
     .summary = "how good the models would have been",
     .add = add_backtest,
     .run = run_carbon_backtest},
};

}  // namespace

void add_carbon(CLI::App& app, Action& action) {
  const auto settings = std::make_shared<std::map<const CLI::App*, CarbonSettings>>();
  std::vector<std::pair<const CLI::App*, const Verb*>> verbs;
  app.require_subcommand(1);
  for (const Verb& verb : kVerbs) {
    auto* sub = app.add_subcommand(verb.name, verb.summary);
    verb.add(*sub, (*settings)[sub]);
    verbs.emplace_back(sub, &verb);
  }
  auto* serve_app = app.add_subcommand("serve", "answer questions about carbon over HTTP");
  Action serve;
  add_carbon_serve(*serve_app, serve);
  action = [settings, verbs, serve_app, serve]() -> Result<int> {
    if (serve_app->parsed()) {
      return serve();
    }
    for (const auto& [sub, verb] : verbs) {
      if (sub->parsed()) {
        return verb->run(settings->at(sub));
      }
    }
    return internal("no subcommand of `drover carbon` was chosen");
  };
}

}  // namespace drover::cli
