// A real PostgreSQL server of its own for tests: in a temporary folder, on a Unix socket only.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <format>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <pqxx/pqxx>

#include "os/clock.h"
#include "os/command.h"
#include "os/testing/temp_dir.h"

namespace drover::carbon::testing {

class PostgresServer {
 public:
  struct Options {
    bool durable = false;  // survives a crash; otherwise quick
  };

  explicit PostgresServer(Options options) : options_(options) {
    EXPECT_FALSE(programs_.empty()) << "no /usr/lib/postgresql/*/bin: install the packages of "
                                       "tools/packages.txt";
    // The server refuses to be root, and its folder must be its own.
    if (::geteuid() == 0) {
      chown(folder_.path());
    }
    const auto made =
        os::run_ok(as_user({programs_ / "initdb", "--pgdata", data(), "--username", "drover",
                            "--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync",
                            "--no-instructions", "--wal-segsize", "1"}));
    EXPECT_TRUE(made) << made.error().what;
    start();
  }
  ~PostgresServer() { kill_all(); }
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  // Returns when the server answers. It is told to end when this thread does, whatever happens.
  void start() {
    const std::string fsync = options_.durable ? "on" : "off";
    auto command =
        as_user({programs_ / "postgres", "-D", data(), "-k", folder_.path(), "-c",
                 "listen_addresses=", "-c", "fsync=" + fsync, "-c", "full_page_writes=" + fsync,
                 "-c", "shared_buffers=32MB", "-c", "max_wal_size=256MB", "-c", "min_wal_size=8MB",
                 "-c", "recovery_init_sync_method=syncfs"});
    const auto log = os::open_file(folder_ / "log", O_WRONLY | O_CREAT | O_APPEND, 0600);
    ASSERT_TRUE(log) << log.error().what;
    command.stdout_fd = command.stderr_fd = log->get();
    auto child = os::Child::spawn(command);
    ASSERT_TRUE(child) << child.error().what;
    postmaster_ = std::move(*child);
    const os::Stopwatch waiting;
    while (!answers()) {
      ASSERT_LT(waiting.elapsed(), std::chrono::seconds{60}) << log_text();
    }
  }

  // SIGKILL to the postmaster and all of its processes at once, as when the machine stops.
  void kill_all() {
    if (!postmaster_) {
      return;
    }
    const auto id = postmaster_->id();
    (void)os::kill(id, SIGSTOP);  // so that it starts no more
    const auto children = children_of(id.pid);
    (void)os::kill(id, SIGKILL);
    for (const auto child : children) {
      (void)os::kill(child, SIGKILL);
    }
    EXPECT_TRUE(os::wait_gone(id, std::chrono::seconds{30}));
    for (const auto child : children) {
      EXPECT_TRUE(os::wait_gone(child, std::chrono::seconds{30}));
    }
    postmaster_.reset();
  }

  // A new empty database; how to connect to it.
  std::string make_database() {
    const auto name = std::format("t{}", ++databases_);
    pqxx::connection connection(to("postgres"));
    pqxx::nontransaction(connection).exec(std::format("CREATE DATABASE {}", name));
    return to(name);
  }

  [[nodiscard]] std::string to(const std::string& database) const {
    return std::format("host={} dbname={} user=drover", folder_.path().string(), database);
  }
  [[nodiscard]] std::string folder() const { return folder_.path(); }

 private:
  [[nodiscard]] std::string data() const { return folder_ / "data"; }

  static os::Path find_programs() {
    std::vector<os::Path> found;
    std::error_code none;
    for (const auto& version : std::filesystem::directory_iterator("/usr/lib/postgresql", none)) {
      found.push_back(version.path() / "bin");
    }
    return found.empty() ? os::Path() : *std::ranges::max_element(found);
  }

  static void chown(const os::Path& path) {
    const auto done = os::run_ok({.argv = {"chown", "postgres:postgres", path}});
    ASSERT_TRUE(done) << done.error().what;
  }

  [[nodiscard]] os::Command as_user(std::vector<std::string> argv) const {
    if (::geteuid() == 0) {
      const std::vector<std::string> before = {"setpriv",          "--reuid=postgres",
                                               "--regid=postgres", "--clear-groups",
                                               "--pdeathsig=INT",  "--"};
      argv.insert(argv.begin(), before.begin(), before.end());
    } else {
      argv.insert(argv.begin(), {"setpriv", "--pdeathsig=INT", "--"});
    }
    return {.argv = std::move(argv), .cwd = folder_.path()};
  }

  [[nodiscard]] bool answers() const {
    try {
      return pqxx::connection(to("postgres")).is_open();
    } catch (const pqxx::failure&) {
      return false;
    }
  }

  static std::vector<os::ProcessId> children_of(pid_t parent) {
    std::vector<os::ProcessId> found;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", none)) {
      const pid_t pid = std::atoi(entry.path().filename().c_str());
      std::ifstream file(entry.path() / "stat");
      std::string stat;
      // PID (NAME) STATE PARENT, and a name may hold anything.
      if (pid <= 0 || !std::getline(file, stat) || !stat.contains(") ")) {
        continue;
      }
      if (std::atoi(stat.c_str() + stat.rfind(')') + 4) == parent) {
        if (const auto id = os::identify(pid)) {
          found.push_back(*id);
        }
      }
    }
    return found;
  }

  [[nodiscard]] std::string log_text() const {
    return os::read_file(folder_ / "log").value_or("no log");
  }

  Options options_;
  os::testing::TempDir folder_;
  os::Path programs_ = find_programs();
  std::optional<os::Child> postmaster_;
  int databases_ = 0;
};

}  // namespace drover::carbon::testing
