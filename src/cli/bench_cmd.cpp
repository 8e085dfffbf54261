#include "cli/bench_cmd.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <format>
#include <functional>
#include <memory>
#include <print>
#include <thread>

#include <nlohmann/json.hpp>

#include "cli/bench_by_hand.h"
#include "cli/bench_carbon.h"
#include "cli/bench_drover.h"
#include "cli/bench_report.h"
#include "cli/load_session.h"
#include "cli/report_file.h"
#include "cli/work_folder.h"
#include "os/command.h"

namespace drover::cli {
namespace {

constexpr int kLeastRuns = 5;
constexpr const char* kCluster = "bench";
constexpr std::int64_t kServed =
    200;  // operations between two migrations: the clients have caught up
constexpr Duration kLook{20};
constexpr Duration kServedLimit{60'000};
constexpr Duration kStallSlack{50};

struct Settings {
  std::vector<double> sizes{1, 64, 256};
  int runs = kLeastRuns;
  std::string image;
  std::string json;
  bool no_baseline = false;
};

// The words after the program's name up to the first blank or comma: "criu version 4.2.1" and the
// like.
std::string version_of(const std::string& program) {
  const auto printed = os::run_ok({.argv = {program, "--version"}});
  const auto text = printed.value_or("");
  const auto digit = text.find_first_of("0123456789");
  return digit == std::string::npos ? "?"
                                    : text.substr(digit, text.find_first_of(" \n,", digit) - digit);
}

Machine this_machine() {
  utsname system{};
  ::uname(&system);
  return {.kernel = system.release,
          .cores = std::thread::hardware_concurrency(),
          .criu = version_of("criu"),
          .runc = version_of("runc")};
}

// Clients in the given network, over some migrations.
class Clients {
 public:
  static Result<Clients> start(const os::NetNamespace& network, const RedisTarget& target,
                               double memory_mib) {
    LoadOptions options{.seed = 1, .data_bytes = Bytes::mebibytes(memory_mib).count()};
    options.client.target = target;
    options.client.min_stall = Micros{10'000};
    std::unique_ptr<LoadSession> load;
    return os::call_in(network, [&] { load = std::make_unique<LoadSession>(options); })
        .transform([&] { return Clients(std::move(load)); });
  }

  // Both clients have been answered often enough since the last call.
  Result<> wait_served() {
    const os::Stopwatch watch;
    const auto& stats = load_->stats();
    const std::array before{stats[0]->operations(), stats[1]->operations()};
    while (load_->phase() != LoadPhase::kDone && watch.elapsed() < kServedLimit) {
      if (stats[0]->operations() >= before[0] + kServed &&
          stats[1]->operations() >= before[1] + kServed) {
        return {};
      }
      os::pause_for(kLook);
    }
    return timed_out("the clients are not served");
  }

  // Runs the migration and adds to its result what the clients noticed.
  Result<BenchRun> over(const std::function<Result<BenchRun>()>& migrate) {
    const auto begin = load_->clock().now().wall;
    const auto errors = count(&ClientStats::errors);
    const auto reconnects = count(&ClientStats::reconnects);
    return migrate().and_then([&](BenchRun run) {
      return wait_served().transform([&] {
        const std::array clients{report_of(*load_->stats()[0]), report_of(*load_->stats()[1])};
        const auto stall =
            longest_stall_in(clients, begin - kStallSlack, load_->clock().now().wall);
        run.stall_ms = to_ms(stall.value_or(Micros{0}));
        run.errors = count(&ClientStats::errors) - errors;
        run.reconnects = count(&ClientStats::reconnects) - reconnects;
        return std::move(run);
      });
    });
  }

  // Nothing may be lost, whoever moved it.
  Result<> finish() {
    load_->request_stop();
    return load_->finish().and_then([](const LoadReport& report) -> Result<> {
      if (report.lost + report.duplicated + report.corrupted > 0) {
        return internal("data was lost:\n" + to_text(report));
      }
      return {};
    });
  }

 private:
  explicit Clients(std::unique_ptr<LoadSession> load) : load_(std::move(load)) {}
  std::int64_t count(std::int64_t (ClientStats::*field)() const) const {
    return (load_->stats()[0]->*field)() + (load_->stats()[1]->*field)();
  }
  std::unique_ptr<LoadSession> load_;
};

class Bench {
 public:
  Bench(const Settings& settings, os::SignalWaiter& signals)
      : settings_(settings), signals_(signals) {}

  Result<BenchCase> measure(std::string_view method, double memory_mib, Result<Clients> clients,
                            const std::function<Result<BenchRun>()>& migrate) {
    BenchCase one{.method = std::string(method), .memory_mib = memory_mib, .runs = {}};
    auto done = clients ? clients->wait_served() : std::unexpected(clients.error());
    for (int i = 0; done && i < settings_.runs; ++i) {
      std::print(stderr, "{:>5.0f} MiB  {:<13} run {} of {}{}", memory_mib, method, i + 1,
                 settings_.runs, over_each_other_ ? " \r" : "\n");
      const auto signal = signals_.wait(Duration{0});
      done = signal && *signal ? Result<>(unavailable("interrupted"))
                               : clients->over(migrate).transform(
                                     [&](BenchRun run) { one.runs.push_back(std::move(run)); });
    }
    std::print(stderr, "{}", over_each_other_ ? "\n" : "");
    return done.and_then([&] { return clients->finish(); }).transform([&] {
      return std::move(one);
    });
  }

  Result<BenchCase> by_drover(DroverBench& drover, double memory_mib) {
    return drover.fresh_redis()
        .and_then([&] { return drover.network(); })
        .and_then([&](const os::NetNamespace& network) {
          return measure(kDroverMethod, memory_mib,
                         Clients::start(network, drover.target(), memory_mib),
                         [&] { return drover.migrate(); });
        });
  }

  Result<BenchCase> by_hand(const ByHandOptions& options, double memory_mib) {
    return ByHand::start(options).and_then([&](ByHand redis) {
      return measure(kByHandMethod, memory_mib,
                     Clients::start(redis.network(), redis.target(), memory_mib),
                     [&] { return redis.migrate(); });
    });
  }

 private:
  const Settings& settings_;
  os::SignalWaiter& signals_;
  bool over_each_other_ = ::isatty(STDERR_FILENO) == 1;
};

Result<std::vector<BenchCase>> measure_all(const Settings& settings, os::SignalWaiter& signals,
                                           DroverBench& drover, const ByHandOptions& options) {
  Bench bench(settings, signals);
  std::vector<BenchCase> cases;
  for (const auto size : settings.sizes) {
    auto own = bench.by_drover(drover, size);
    if (!own) {
      return std::unexpected(own.error());
    }
    cases.push_back(std::move(*own));
    if (settings.no_baseline) {
      continue;
    }
    auto base = bench.by_hand(options, size);
    if (!base) {
      return std::unexpected(base.error());
    }
    cases.push_back(std::move(*base));
  }
  return cases;
}

Result<std::vector<BenchCase>> run_in(const os::Path& folder, const Settings& settings,
                                      os::SignalWaiter& signals) {
  const auto image = std::filesystem::absolute(settings.image);
  return os::self_exe()
      .and_then([&](const os::Path& self) {
        const OwnCommands commands({.drover = self,
                                    .log = folder / "commands.log",
                                    .choice = {.name = kCluster, .state_dir = folder / "state"}},
                                   signals);
        return DroverBench::start(commands, folder, image);
      })
      .and_then([&](DroverBench drover) {
        // Images on the same kind of memory-backed files as drover's, so that the disk decides
        // nothing.
        const os::Path hand = os::Path("/dev/shm") / folder.filename();
        const ClusterChoice choice{.name = kCluster, .state_dir = folder / "state"};
        auto cases = measure_all(
            settings, signals, drover,
            {.image = image, .folder = hand, .cgroup = choice.paths().cgroup() + "/by-hand"});
        auto down = drover.down();
        return cases && !down ? std::unexpected(down.error()) : cases;
      });
}

Result<int> run(const Settings& settings) {
  if (settings.image.empty() || !os::exists(settings.image)) {
    return not_found(
        "--image: the benchmark needs a root directory with redis-server; `./dev bench migration` "
        "makes one");
  }
  auto signals = os::SignalWaiter::for_termination();
  auto folder = WorkFolder::make("drover-bench");
  if (!signals || !folder) {
    return std::unexpected(signals ? folder.error() : signals.error());
  }
  return run_in(folder->path(), settings, *signals).and_then([&](std::vector<BenchCase> cases) {
    const BenchReport report{.machine = this_machine(), .cases = std::move(cases)};
    std::print("{}", to_text(report));
    const auto written =
        settings.json.empty()
            ? Result<>{}
            : os::atomic_write(settings.json, to_json(report).dump(2) + "\n", 0644);
    return written.transform([] { return int{kExitOk}; });
  });
}

}  // namespace

void add_bench(CLI::App& app, Action& action) {
  const auto settings = std::make_shared<Settings>();
  app.require_subcommand(1);
  auto* migration = app.add_subcommand(
      "migration", "move a Redis under load back and forth, beside the same done by hand");
  migration->add_option("--sizes", settings->sizes, "MiB of data")
      ->delimiter(',')
      ->capture_default_str()
      ->check(CLI::Range(0.1, 16384.0));
  migration->add_option("--runs", settings->runs, "migrations per size and method")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  migration->add_flag("--no-baseline", settings->no_baseline, "leave out what is done by hand");
  migration->add_option("--json", settings->json, "write the report here, too")
      ->check(report_file());
  migration->add_option("--image", settings->image, "root directory with redis-server")
      ->envname("DROVER_REDIS_IMAGE")
      ->type_name("DIR");
  const auto carbon = std::make_shared<CarbonBenchSettings>();
  auto* carbon_app = app.add_subcommand(
      "carbon", "import, fit and query carbon data, beside the same regression in NumPy");
  add_bench_carbon(*carbon_app, *carbon);
  action = [settings, carbon, carbon_app] {
    return carbon_app->parsed() ? run_bench_carbon(*carbon) : run(*settings);
  };
}

}  // namespace drover::cli
