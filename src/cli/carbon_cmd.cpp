#include "cli/carbon_cmd.h"

#include <format>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "carbon/registry.h"
#include "cli/carbon_verbs.h"

namespace drover::cli {
namespace {

constexpr int kMaxHours = 24 * 31;

void add_output_options(CLI::App& app, CarbonSettings& settings) {
  app.add_flag("--json", settings.json, "print JSON instead of text");
}

void add_scope_option(CLI::App& app, CarbonSettings& settings, const std::string& otherwise) {
  app.add_option("--scope", settings.scope, "direct or lifecycle; " + otherwise)
      ->type_name("SCOPE");
}

void add_import(CLI::App& app, CarbonSettings& settings) {
  app.add_option("FILE", settings.files, "CSV: one column per zone, or Electricity Maps")
      ->required();
  app.add_option("--store", settings.store,
                 "file or postgresql:// URI to import into; made if absent")
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
  add_output_options(app, settings);
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
  void (*add)(CLI::App& app, CarbonSettings& settings);
  Result<int> (*run)(const CarbonSettings& settings);
};

constexpr Verb kVerbs[] = {
    {.name = "import",
     .summary = "read CSV files into a store, all or nothing",
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
