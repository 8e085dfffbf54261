// Keeps a cluster's carbon store fresh: `drover carbon fetch` as a child of the controller, in the
// machine's network namespace, which the controller itself has left (docs/adr/0017).
#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include <nlohmann/json.hpp>

#include "base/result.h"
#include "base/time.h"
#include "os/fd.h"
#include "os/netns.h"

namespace drover::cli {

// What the child has told last of each feed. Thread-safe.
class FeedBoard {
 public:
  // One turn, a line of `fetch --json`. False, and nothing taken, when it is none.
  bool take(const std::string& line);
  // In the order of zone, provider and signal; the age of each last value is that of `now`.
  [[nodiscard]] nlohmann::ordered_json feeds(Instant now) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, nlohmann::ordered_json> feeds_;
};

class CarbonKeeper {
 public:
  struct Settings {
    std::filesystem::path drover;     // the program
    std::filesystem::path providers;  // the configuration
    std::string store;
  };
  // Starts the child at once, and again, at growing intervals, whenever it ends. Thread-safe.
  CarbonKeeper(Settings settings, os::NetNamespace machine);

  [[nodiscard]] nlohmann::ordered_json feeds(Instant now) const { return board_.feeds(now); }

 private:
  void run(const std::stop_token& stop);
  Result<> keep_one(const std::stop_token& stop);
  void read_lines(const os::Fd& from, const std::stop_token& stop);
  void take(const std::string& line);

  Settings settings_;
  os::NetNamespace machine_;
  FeedBoard board_;
  std::jthread thread_;  // last: it ends before what it uses
};

}  // namespace drover::cli
