#include <array>
#include <format>
#include <memory>
#include <print>

#include "base/text.h"
#include "cli/command.h"
#include "cli/describe.h"
#include "cluster/local/agent_pool.h"

namespace drover::cli {
namespace {

struct Kind {
  std::string_view name;
  std::string_view one;  // also understood
  std::string (*describe)(const Json& list);
};

constexpr std::array kKinds = {
    Kind{.name = "nodes", .one = "node", .describe = describe_nodes},
    Kind{.name = "pods", .one = "pod", .describe = describe_pods},
    Kind{.name = "services", .one = "service", .describe = describe_services},
    Kind{.name = "migrations", .one = "migration", .describe = describe_migrations},
};

struct Settings {
  ClusterChoice choice;
  std::string kind;
  std::string name;
  bool json = false;
};

Result<Kind> find_kind(const std::string& text) {
  std::vector<std::string_view> names;
  for (const auto& kind : kKinds) {
    if (kind.name == text || kind.one == text) {
      return kind;
    }
    names.push_back(kind.name);
  }
  return invalid(std::format("there is no kind '{}'{}", text, suggest(text, names)));
}

// One migration is shown with its phases; else a list of one.
void print_one(const Kind& kind, const Json& object) {
  std::print("{}", kind.name == "migrations" ? describe_timeline(object)
                                             : kind.describe(Json::array({object})));
}

Result<int> run(const Settings& settings) {
  const auto kind = find_kind(settings.kind);
  if (!kind) {
    return std::unexpected(kind.error());
  }
  const auto name = settings.name.empty() ? "" : "/" + cluster::local::url_escaped(settings.name);
  return OperatorApi::connect(settings.choice)
      .and_then([&](OperatorApi api) { return api.get(std::format("/{}{}", kind->name, name)); })
      .transform([&](const Json& found) {
        if (settings.json) {
          print_json(found);
        } else if (settings.name.empty()) {
          std::print("{}", kind->describe(found));
        } else {
          print_one(*kind, found);
        }
        return int{kExitOk};
      });
}

}  // namespace

void add_get(CLI::App& app, Action& action) {
  auto settings = std::make_shared<Settings>();
  app.add_option("KIND", settings->kind, "nodes, pods, services or migrations")->required();
  app.add_option("NAME", settings->name, "only this one");
  add_cluster_options(app, settings->choice);
  app.add_flag("--json", settings->json, "print JSON");
  action = [settings] { return run(*settings); };
}

}  // namespace drover::cli
