#include "cli/load_cmd.h"

#include <memory>
#include <print>

#include <nlohmann/json.hpp>

#include "cli/load_progress.h"
#include "cli/load_session.h"
#include "cli/report_file.h"
#include "os/signal.h"

namespace drover::cli {
namespace {

constexpr Duration kProgressStep{100};

struct Settings {
  RedisTarget target;
  double memory_mib = 64;
  double seconds = 0;  // 0: until the file is there or a signal comes
  std::string until_file;
  std::uint64_t seed = 1;
  std::int64_t interval_us = 1000;
  double timeout_s = 30;
  double min_stall_ms = 50;
  std::string json_file;
  std::string progress_file;
};

void add_options(CLI::App& app, Settings& settings) {
  app.add_option("--address", settings.target.address, "of the server")->capture_default_str();
  app.add_option("--port", settings.target.port, "of the server")
      ->capture_default_str()
      ->check(CLI::Range(1, 65535));
  app.add_option("--memory", settings.memory_mib, "MiB of data to write, read and verify")
      ->capture_default_str()
      ->check(CLI::Range(0.01, 1048576.0));
  app.add_option("--seconds", settings.seconds, "measure so long; 0: until stopped")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  app.add_option("--until-file", settings.until_file, "measure until this file exists");
  app.add_option("--seed", settings.seed, "of the data and of the choice of keys")
      ->capture_default_str();
  app.add_option("--interval-us", settings.interval_us,
                 "from one operation of a client to its next, in microseconds")
      ->capture_default_str()
      ->check(CLI::Range(0, 60'000'000));
  app.add_option("--timeout-s", settings.timeout_s,
                 "give a reply up, and with it the connection, after so many seconds")
      ->capture_default_str()
      ->check(CLI::Range(0.1, 3600.0));
  app.add_option("--min-stall-ms", settings.min_stall_ms, "list silences from this length on")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_option("--json", settings.json_file,
                 "write the report to this file; '-': to stdout instead of text")
      ->check(report_file());
  app.add_option("--progress-file", settings.progress_file,
                 "append progress, stalls and errors as JSON lines");
}

LoadOptions options_of(const Settings& settings) {
  LoadOptions options{.seed = settings.seed,
                      .data_bytes = Bytes::mebibytes(settings.memory_mib).count()};
  options.client.target = settings.target;
  options.client.target.reply_timeout =
      Duration{static_cast<Duration::rep>(settings.timeout_s * 1000)};
  options.client.interval = Micros{settings.interval_us};
  options.client.min_stall = Micros{static_cast<Micros::rep>(settings.min_stall_ms * 1000)};
  return options;
}

bool is_over(const Settings& settings, const LoadSession& session, Micros running_since) {
  if (!settings.until_file.empty() && os::exists(settings.until_file)) {
    return true;
  }
  return settings.seconds > 0 && session.phase() == LoadPhase::kRunning &&
         to_ms(session.clock().steady() - running_since) >= settings.seconds * 1000;
}

// Follows the run until it is over or a signal comes. SIGINT and SIGTERM end it as its options
// would.
Result<> follow(const Settings& settings, LoadSession& session, os::SignalWaiter& signals,
                std::optional<LoadProgress>& progress) {
  auto running_since = session.clock().steady();
  while (session.phase() != LoadPhase::kDone) {
    if (session.phase() == LoadPhase::kPreparing) {
      running_since = session.clock().steady();
    }
    if (auto told = progress ? progress->write(session) : Result<>{}; !told) {
      return told;
    }
    const auto signal = signals.wait(kProgressStep);
    if (!signal || *signal || is_over(settings, session, running_since)) {
      session.request_stop();
      return signal.transform([](auto) {});
    }
  }
  return {};
}

Result<> publish(const Settings& settings, const LoadReport& report) {
  const auto text = to_json(report).dump(2) + "\n";
  if (settings.json_file == "-") {
    std::print("{}", text);
    return {};
  }
  std::print("{}", to_text(report));
  return settings.json_file.empty() ? Result<>{} : os::atomic_write(settings.json_file, text, 0644);
}

Result<LoadReport> measure(const Settings& settings) {
  auto signals = os::SignalWaiter::for_termination();
  if (!signals) {
    return std::unexpected(signals.error());
  }
  std::optional<LoadProgress> progress;
  if (!settings.progress_file.empty()) {
    auto opened = LoadProgress::open(settings.progress_file);
    if (!opened) {
      return std::unexpected(opened.error());
    }
    progress = std::move(*opened);
  }
  LoadSession session(options_of(settings));
  const auto followed = follow(settings, session, *signals, progress);
  auto report = session.finish();
  return followed.and_then([&] { return progress ? progress->write(session) : Result<>{}; })
      .and_then([&] { return std::move(report); })
      .and_then([&](LoadReport done) {
        return publish(settings, done).transform([&] { return std::move(done); });
      });
}

}  // namespace

void add_load(CLI::App& app, Action& action) {
  const auto settings = std::make_shared<Settings>();
  app.require_subcommand(1);
  auto* redis = app.add_subcommand(
      "redis",
      "one client increments a counter, one reads a data set, each over one TCP connection");
  add_options(*redis, *settings);
  action = [settings]() -> Result<int> {
    return measure(*settings).transform(
        [](const LoadReport& report) { return report.faultless() ? kExitOk : kExitFailed; });
  };
}

}  // namespace drover::cli
