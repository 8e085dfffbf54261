#include "cli/demo_cmd.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <format>
#include <memory>
#include <print>

#include <nlohmann/json.hpp>

#include "carbon/sqlite/sqlite_store.h"
#include "cli/demo_local_cluster.h"
#include "cli/demo_run.h"
#include "cli/demo_screen.h"
#include "cli/demo_text.h"
#include "cli/report_file.h"
#include "cli/work_folder.h"
#include "os/command.h"

namespace drover::cli {
namespace {

constexpr std::size_t kUsualColumns = 100;

struct Settings {
  DemoOptions demo;
  std::string zones;  // comma-separated
  std::string start;
  std::vector<std::string> csv;
  std::string image;
  std::string json;
};

Result<std::vector<ZoneId>> read_zones(const std::string& text) {
  std::vector<ZoneId> zones;
  for (std::size_t at = 0; at < text.size();) {
    const auto comma = std::min(text.find(',', at), text.size());
    if (comma == at) {
      return invalid(std::format(
          "--zones: '{}' has an empty name; write zones with commas between them", text));
    }
    zones.emplace_back(text.substr(at, comma - at));
    at = comma + 1;
  }
  return zones;
}

Result<DemoOptions> read_options(const Settings& settings) {
  auto options = settings.demo;
  auto zones = read_zones(settings.zones);
  if (!zones) {
    return std::unexpected(zones.error());
  }
  options.zones = std::move(*zones);
  if (!settings.start.empty()) {
    const auto start = parse_time(settings.start);
    if (!start) {
      return std::unexpected(doing("--start")(start.error()));
    }
    options.start = *start;
  }
  options.csv.assign(settings.csv.begin(), settings.csv.end());
  options.json = settings.json;
  if (settings.image.empty()) {
    return not_found(
        "--image: the demo needs a root directory with redis-server; `./dev demo` makes one");
  }
  options.image = std::filesystem::absolute(settings.image);
  if (!os::exists(options.image)) {
    return not_found(std::format("--image: there is no {}", options.image.string()));
  }
  return options;
}

std::size_t terminal_columns() {
  winsize size{};
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col
                                                                           : kUsualColumns;
}

void introduce(const DemoPlan& plan, const DemoOptions& options) {
  const auto& window = plan.scenario.window;
  std::println("{} data{}; {} h from {} UTC{}", plan.data.real ? "REAL" : "SYNTHETIC",
               plan.data.real ? std::format(" ({})", plan.data.source) : "", options.hours,
               short_time(window.from),
               plan.study ? std::format(", chosen among {} windows to show moves that pay",
                                        plan.study->windows)
                          : "");
  if (plan.study && plan.study->all == 0) {
    std::println(
        "note: in none of them does {} make 3 moves and emit no more than immediate and stay",
        options.policy);
  }
}

Result<> write_files(const DemoPlan& plan, const DemoOptions& options, const os::Path& folder) {
  return os::atomic_write(folder / "cluster.yaml",
                          cluster_yaml(plan, options, folder / "carbon.db"))
      .and_then([&] { return os::atomic_write(folder / "redis.yaml", redis_yaml(plan, options)); });
}

Result<DemoPlan> plan_in(const os::Path& folder, const DemoOptions& options) {
  return carbon::open_sqlite_store(folder / "carbon.db")
      .and_then(
          [&](const std::unique_ptr<carbon::Store>& store) { return make_plan(options, *store); });
}

Result<int> publish(const DemoResult& result, const DemoOptions& options) {
  if (result.interrupted) {
    std::println("\ninterrupted; the cluster is {}", options.keep ? "still up" : "down");
    return kExitFailed;
  }
  const bool terminal = ::isatty(STDOUT_FILENO) == 1;
  std::print("{}", to_text(result.report, Style(terminal)));
  const auto written =
      options.json.empty()
          ? Result<>{}
          : os::atomic_write(options.json, to_json(result.report).dump(2) + "\n", 0644);
  const auto claims = claims_of(result.report);
  return written.transform(
      [&] { return std::ranges::all_of(claims, &Claim::holds) ? kExitOk : kExitFailed; });
}

Result<DemoResult> play(const DemoPlan& plan, const DemoOptions& options, const os::Path& folder,
                        os::SignalWaiter& signals) {
  const auto self = os::self_exe();
  if (!self) {
    return std::unexpected(self.error());
  }
  LocalDemoCluster cluster(OwnCommands({.drover = *self,
                                        .log = folder / "commands.log",
                                        .choice = {.name = "demo", .state_dir = folder / "state"}},
                                       signals),
                           folder / "cluster.yaml", folder / "redis.yaml");
  DemoScreen screen(::isatty(STDOUT_FILENO) == 1, terminal_columns());
  return run_demo(
      plan, options,
      {.cluster = cluster, .signals = signals, .show = [&](const DemoView& view, bool fresh) {
         std::print("{}", screen.next(view, fresh));
         std::fflush(stdout);
       }});
}

Result<int> run(const Settings& settings) {
  const auto options = read_options(settings);
  auto signals = os::SignalWaiter::for_termination();
  auto folder = WorkFolder::make("drover-demo");
  if (!options || !signals || !folder) {
    return std::unexpected(!options   ? options.error()
                           : !signals ? signals.error()
                                      : folder.error());
  }
  const auto plan = plan_in(folder->path(), *options);
  if (!plan) {
    return std::unexpected(plan.error());
  }
  introduce(*plan, *options);
  const auto place = folder->path();
  const auto result = write_files(*plan, *options, place).and_then([&] {
    return play(*plan, *options, place, *signals);
  });
  if (!result) {
    return std::unexpected(result.error());
  }
  if (options->keep) {
    folder->keep();
    std::println("\nkept: drover status --cluster demo --state-dir {}", (place / "state").string());
  }
  return publish(*result, *options);
}

void add_options(CLI::App& app, Settings& settings) {
  auto& demo = settings.demo;
  app.add_option("--hours", demo.hours, "length of the window")
      ->capture_default_str()
      ->check(CLI::Range(1, 24 * 14));
  app.add_option("--zones", settings.zones,
                 "two or more, with commas between; default: three with contrast")
      ->type_name("A,B,C");
  app.add_option("--start", settings.start,
                 "begin here (UTC); default: a window of the data's last year in which moves pay")
      ->type_name("TIME");
  app.add_option("--speed", demo.speed, "simulated seconds per second")
      ->capture_default_str()
      ->check(CLI::Range(60.0, 36000.0));
  app.add_option("--policy", demo.policy, "that decides")->capture_default_str()->type_name("NAME");
  app.add_option("--forecaster", demo.forecaster, "that the policy looks ahead with")
      ->capture_default_str()
      ->type_name("NAME");
  app.add_option("--max-moves", demo.max_moves, "in any 24 hours")
      ->capture_default_str()
      ->check(CLI::Range(0, 24));
  app.add_option("--memory", demo.memory_mib, "MiB of data in Redis")
      ->capture_default_str()
      ->check(CLI::Range(1.0, 4096.0));
  app.add_option("--csv", settings.csv,
                 "carbon data to use; default: the shared data set if it is there")
      ->type_name("FILE");
  app.add_flag("--synthetic", demo.synthetic,
               "use the synthetic grid even where there is real data");
  app.add_option("--seed", demo.seed, "of Redis's data and of the synthetic grid")
      ->capture_default_str();
  app.add_option("--json", settings.json, "write the report here")->check(report_file());
  app.add_flag("--keep", demo.keep, "leave the cluster running");
  app.add_option("--image", settings.image, "root directory with redis-server")
      ->envname("DROVER_REDIS_IMAGE")
      ->type_name("DIR");
}

}  // namespace

void add_demo(CLI::App& app, Action& action) {
  const auto settings = std::make_shared<Settings>();
  add_options(app, *settings);
  app.footer(
      "Starts a cluster of three nodes on this machine, a Redis in it and two clients that verify "
      "every reply, and lets the control\n"
      "loop follow the carbon intensity of the nodes' zones hour by hour. Fails when a claim of "
      "its report does not hold.");
  action = [settings] { return run(*settings); };
}

}  // namespace drover::cli
