#include <format>
#include <memory>
#include <optional>
#include <print>

#include "cli/carbon_source.h"
#include "cli/command.h"
#include "cli/operator_api.h"
#include "cluster/local/bring_up.h"
#include "cluster/local/process_file.h"
#include "os/clock.h"
#include "os/command.h"
#include "os/file.h"
#include "os/signal.h"

namespace drover::cli {
namespace {

namespace local = cluster::local;

constexpr const char* kDefaultFile = "cluster.yaml";

struct Settings {
  ClusterChoice choice;
  std::string file;
  bool cluster_named = false;
  bool json = false;
};

struct Source {
  local::ClusterFile cluster;
  std::filesystem::path file;
  std::string text;
  local::ClusterPaths paths;
};

// The file that is named, else the cluster's own if it is there, else ./cluster.yaml.
std::filesystem::path choose_file(const Settings& settings) {
  if (!settings.file.empty()) {
    return settings.file;
  }
  const auto own = settings.choice.paths().cluster_file();
  return os::exists(own) ? own : std::filesystem::path(kDefaultFile);
}

Result<Source> read_source(const Settings& settings) {
  const auto file = choose_file(settings);
  const auto paths = settings.choice.paths();
  const auto cluster = file == paths.cluster_file() ? local::load_own_cluster_file(paths)
                                                    : local::load_cluster_file(file);
  if (!cluster) {
    return std::unexpected(cluster.error());
  }
  auto choice = settings.choice;
  if (!settings.cluster_named) {
    choice.name = cluster->name;
  }
  return check_names(*cluster, file)
      .and_then([&] { return os::read_file(file); })
      .transform([&](std::string text) {
        return Source{
            .cluster = *cluster, .file = file, .text = std::move(text), .paths = choice.paths()};
      });
}

// Asked between steps; true from the first signal on.
class Interrupt {
 public:
  explicit Interrupt(os::SignalWaiter signals) : signals_(std::move(signals)) {}
  bool operator()() {
    if (const auto signal = signals_.wait(Duration{0}); signal && *signal) {
      seen_ = true;
    }
    return seen_;
  }

 private:
  os::SignalWaiter signals_;
  bool seen_ = false;
};

std::vector<std::string> remarks(const local::ClusterFile& cluster) {
  std::vector<std::string> lines;
  for (const auto& node : cluster.nodes) {
    if (node.latency > Duration{0}) {
      lines.push_back(std::format("node {}: latency {} ms is recorded, not shaped", node.name,
                                  node.latency.count()));
    }
  }
  if (!cluster.carbon.store) {
    lines.emplace_back("carbon intensities are synthetic: no carbon.store is configured");
  }
  return lines;
}

void print_report(const Source& source, const local::UpReport& report, const std::string& address,
                  bool as_json) {
  if (as_json) {
    print_json({{"cluster", source.paths.name()},
                {"address", address},
                {"was_up", report.was_up},
                {"started", report.started},
                {"remarks", remarks(source.cluster)}});
    return;
  }
  for (const auto& line : remarks(source.cluster)) {
    std::println("note: {}", line);
  }
  for (const auto& started : report.started) {
    std::println("started the {} again", started);
  }
  std::println("cluster '{}' is up{}: {} nodes, API on https://{}", source.paths.name(),
               report.was_up && report.started.empty() ? " already" : "",
               source.cluster.nodes.size(), address);
}

Result<int> run(const Settings& settings) {
  const auto source = read_source(settings);
  const auto self = os::self_exe();
  auto signals = os::SignalWaiter::for_termination();
  if (!source || !self || !signals) {
    return std::unexpected(!source ? source.error() : !self ? self.error() : signals.error());
  }
  Interrupt interrupt(*std::move(signals));
  const auto report = local::bring_up(
      {.cluster = source->cluster,
       .file = source->file,
       .text = source->text,
       .paths = source->paths,
       .drover = *self,
       .interrupted = [&] { return interrupt(); },
       .progress = [](const std::string& step) { std::println(stderr, "up: {}", step); }});
  if (!report) {
    return std::unexpected(
        doing(std::format("starting cluster '{}'", source->paths.name()))(report.error()));
  }
  return local::read_process_file(source->paths.controller())
      .transform([&](const local::ProcessRecord& controller) {
        print_report(*source, *report, controller.address, settings.json);
        return int{kExitOk};
      });
}

}  // namespace

void add_up(CLI::App& app, Action& action) {
  auto settings = std::make_shared<Settings>();
  app.add_option("-f,--file", settings->file,
                 "cluster file; by default the cluster's own, else ./cluster.yaml")
      ->type_name("FILE");
  add_cluster_options(app, settings->choice);
  app.add_flag("--json", settings->json, "print JSON");
  app.footer(
      "Without --cluster the cluster is named as its file says. A cluster that is up already gets "
      "what it is missing: run it\n"
      "again after a controller or an agent has died.");
  const auto* named = app.get_option("--cluster");
  action = [settings, named] {
    settings->cluster_named = named->count() > 0;
    return run(*settings);
  };
}

}  // namespace drover::cli
