// One run of both load clients, each on its own thread: connect, fill, measure, verify.
#pragma once

#include <array>
#include <atomic>
#include <latch>
#include <string_view>
#include <thread>

#include "cli/load_client.h"
#include "cli/load_report.h"

namespace drover::cli {

struct LoadOptions {
  ClientOptions client;
  std::uint64_t seed = 1;
  std::int64_t data_bytes = 64LL << 20;
};

enum class LoadPhase { kPreparing, kRunning, kDone };
std::string_view to_string(LoadPhase phase);

class LoadSession {
 public:
  // Starts at once. Measuring begins when both clients are ready.
  explicit LoadSession(const LoadOptions& options);
  // Stops and waits, at most for one reply timeout.
  ~LoadSession();

  void request_stop();
  [[nodiscard]] LoadPhase phase() const;
  [[nodiscard]] double filled_share() const;
  [[nodiscard]] const LoadClock& clock() const { return clock_; }
  [[nodiscard]] std::array<const ClientStats*, 2> stats() const {
    return {&counter_.stats(), &reader_.stats()};
  }

  // Waits for the clients' end; an error when they could not be made ready.
  Result<LoadReport> finish();

 private:
  void work(LoadClient& client, Result<>& outcome, const std::stop_token& stop);

  LoadOptions options_;
  LoadClock clock_;
  CounterClient counter_;
  DataClient reader_;
  std::latch ready_{2};
  std::atomic<int> failed_{0};
  std::atomic<int> ended_{0};
  std::atomic<Duration::rep> started_ms_{0};
  Result<> counter_outcome_;
  Result<> reader_outcome_;
  std::jthread counter_thread_;  // last, so that they end before what they use
  std::jthread reader_thread_;
};

}  // namespace drover::cli
