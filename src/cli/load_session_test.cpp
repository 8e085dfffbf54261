// Both clients against a real redis-server, in a network namespace of its own.
#include "cli/load_session.h"

#include <algorithm>
#include <csignal>
#include <functional>
#include <memory>

#include <gtest/gtest.h>

#include "cli/load_cmd.h"
#include "os/command.h"
#include "os/file.h"
#include "os/netns.h"
#include "os/testing/temp_dir.h"

namespace drover::cli {
namespace {

constexpr Duration kDeadline{20'000};

class RedisServer {
 public:
  static Result<RedisServer> start() {
    const os::Command command{.argv = {"redis-server", "--port", "6379", "--bind", "127.0.0.1",
                                       "--save", "", "--appendonly", "no"}};
    return os::Child::spawn(command).transform(
        [](os::Child child) { return RedisServer(std::move(child)); });
  }
  [[nodiscard]] const os::Child& child() const { return child_; }

 private:
  explicit RedisServer(os::Child child) : child_(std::move(child)) {}
  os::Child child_;
};

bool wait_until(const std::function<bool()>& condition) {
  const os::Stopwatch watch;
  while (!condition()) {
    if (watch.elapsed() > kDeadline) {
      return false;
    }
    os::pause_for(Duration{5});
  }
  return true;
}

// The thread that runs the test body is inside the namespace, and so are the server and the clients
// it starts.
void inside_own_network(const std::function<void()>& body) {
  const auto network = os::NetNamespace::create();
  if (!network) {
    GTEST_SKIP() << "needs root: " << network.error().what;
  }
  ASSERT_TRUE(os::call_in(*network, body));
}

LoadOptions small_load() {
  LoadOptions options{.seed = 3, .data_bytes = 256LL * 1024};
  options.client.min_stall = Micros{200'000};
  return options;
}

// What another client does to the server behind the load clients' backs.
void interfere(std::vector<std::string> words) {
  words.insert(words.begin(), "redis-cli");
  const auto done = os::run_ok({.argv = std::move(words)});
  ASSERT_TRUE(done) << done.error().what;
}

// Runs the load, interferes once it is under way, goes on until both clients have been answered
// again, and reports.
LoadReport load_with(const std::function<void()>& interference) {
  LoadSession session(small_load());
  const auto operated = [&](std::int64_t more) {
    const std::array<std::int64_t, 2> before{session.stats()[0]->operations(),
                                             session.stats()[1]->operations()};
    return wait_until([&] {
      return session.stats()[0]->operations() > before[0] + more &&
             session.stats()[1]->operations() > before[1] + more;
    });
  };
  EXPECT_TRUE(operated(20));
  interference();
  EXPECT_TRUE(operated(20));
  session.request_stop();
  auto report = session.finish();
  EXPECT_TRUE(report) << report.error().what;
  return report.value_or(LoadReport{});
}

void against_redis(const std::function<void()>& body) {
  inside_own_network([&] {
    const auto server = RedisServer::start();
    if (!server) {
      GTEST_SKIP() << "needs redis-server: " << server.error().what;
    }
    body();
  });
}

TEST(LoadSession, AnUndisturbedServerIsFaultless) {
  against_redis([] {
    const auto report = load_with([] {});
    EXPECT_TRUE(report.faultless()) << to_text(report);
    EXPECT_EQ(report.counter, report.clients[0].operations);
    EXPECT_EQ(report.data_bytes, 256 * 1024);
    EXPECT_GT(report.p99, Micros{0});
  });
}

TEST(LoadSession, APausedServerIsAStallAndNoError) {
  against_redis([] {
    const auto report = load_with([] { interfere({"CLIENT", "PAUSE", "400", "ALL"}); });
    EXPECT_TRUE(report.faultless()) << to_text(report);
    EXPECT_GE(report.longest_stall(), Micros{350'000});
    ASSERT_FALSE(report.clients[0].stalls.empty());
    const auto& stall = report.clients[0].stalls.front();
    EXPECT_GE(stall.start, report.started);
    EXPECT_LE(stall.end, report.ended);
  });
}

TEST(LoadSession, AnIncrementByAnotherIsADuplicate) {
  against_redis([] {
    const auto report = load_with([] { interfere({"INCR", "drover:counter"}); });
    EXPECT_EQ(report.duplicated, 1) << to_text(report);
    EXPECT_EQ(report.lost, 0);
    EXPECT_GE(report.errors(), 1);
  });
}

TEST(LoadSession, ACounterSetBackIsALoss) {
  against_redis([] {
    const auto report = load_with([] { interfere({"DECRBY", "drover:counter", "5"}); });
    EXPECT_EQ(report.lost, 5) << to_text(report);
    EXPECT_EQ(report.duplicated, 0);
  });
}

TEST(LoadSession, AMissingKeyIsFoundAtTheEndAtTheLatest) {
  against_redis([] {
    const auto report = load_with([] { interfere({"DEL", DataSet::key(17)}); });
    EXPECT_GE(report.lost, 1) << to_text(report);
  });
}

TEST(LoadSession, AChangedValueIsFoundAtTheEndAtTheLatest) {
  against_redis([] {
    const auto report = load_with([] { interfere({"SETRANGE", DataSet::key(40), "4000", "x"}); });
    EXPECT_GE(report.corrupted, 1) << to_text(report);
  });
}

TEST(LoadSession, ABrokenConnectionIsAnErrorAndAReconnect) {
  against_redis([] {
    const auto report =
        load_with([] { interfere({"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"}); });
    EXPECT_EQ(report.reconnects(), 2) << to_text(report);
    EXPECT_EQ(report.errors(), 2);
    EXPECT_EQ(report.lost + report.duplicated + report.corrupted, 0);
  });
}

TEST(LoadSession, AColdRestartIsALoss) {
  inside_own_network([] {
    auto server = RedisServer::start();
    if (!server) {
      GTEST_SKIP() << "needs redis-server: " << server.error().what;
    }
    LoadSession session(small_load());
    const auto& writer = *session.stats()[0];
    const auto& reader = *session.stats()[1];
    EXPECT_TRUE(wait_until([&] { return writer.operations() > 20 && reader.operations() > 20; }));
    server = unavailable("killed");
    server = RedisServer::start();
    ASSERT_TRUE(server);
    EXPECT_TRUE(wait_until(
        [&] { return reader.reconnects() > 0 && reader.errors() > 2 && writer.reconnects() > 0; }));
    session.request_stop();
    const auto report = session.finish();
    ASSERT_TRUE(report) << report.error().what;
    EXPECT_GE(report->reconnects(), 2) << to_text(*report);
    EXPECT_GE(report->lost, 64) << "every key and the counter";
  });
}

TEST(LoadSession, WithoutAServerItGivesUpWithItsAddress) {
  inside_own_network([] {
    auto options = small_load();
    options.client.patience = Duration{200};
    LoadSession session(options);
    const auto report = session.finish();
    ASSERT_FALSE(report);
    EXPECT_NE(report.error().what.find("127.0.0.1:6379"), std::string::npos) << report.error().what;
  });
}

// What main does with a command line; bad usage is an error of CLI11.
Result<int> run_load(std::vector<std::string> arguments) {
  CLI::App app;
  Action action;
  add_load(app, action);
  std::ranges::reverse(arguments);
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    return invalid(error.what());
  }
  return action();
}

TEST(RunLoad, WritesReportAndProgress) {
  against_redis([] {
    const os::testing::TempDir folder;
    EXPECT_EQ(run_load({"redis", "--memory", "0.25", "--seconds", "0.3", "--progress-file",
                        folder / "progress", "--json", folder / "json"}),
              kExitOk);
    const auto report = os::read_file(folder / "json").and_then(parse_load_report);
    ASSERT_TRUE(report) << report.error().what;
    EXPECT_GT(report->operations(), 0);
    const auto progress = os::read_file(folder / "progress");
    ASSERT_TRUE(progress);
    EXPECT_NE(progress->find(R"("phase":"done")"), std::string::npos);
  });
}

TEST(RunLoad, StopsWhenTheFileIsThere) {
  against_redis([] {
    const os::testing::TempDir folder;
    const std::jthread stopper([&] {
      wait_until([&] {
        return os::read_file(folder / "progress").value_or("").contains(R"("phase":"running")");
      });
      EXPECT_TRUE(os::atomic_write(folder / "stop", ""));
    });
    EXPECT_EQ(run_load({"redis", "--memory", "0.25", "--until-file", folder / "stop",
                        "--progress-file", folder / "progress"}),
              kExitOk);
  });
}

TEST(RunLoad, BadArgumentsAreBadUsage) {
  EXPECT_FALSE(run_load({}));
  EXPECT_FALSE(run_load({"redis", "--port", "0"}));
  EXPECT_FALSE(run_load({"redis", "--memory", "-1"}));
  EXPECT_FALSE(run_load({"redis", "--frobnicate"}));
}

}  // namespace
}  // namespace drover::cli
