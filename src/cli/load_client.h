// The clients of `drover load redis`: each one thread over one TCP connection, repeating one
// verified operation.
#pragma once

#include <atomic>
#include <optional>
#include <stop_token>
#include <string>

#include "cli/load_check.h"
#include "cli/load_connection.h"
#include "cli/load_stats.h"
#include "os/clock.h"

namespace drover::cli {

// Both clocks of a run, shared by its threads.
class LoadClock {
 public:
  [[nodiscard]] Micros steady() const;
  [[nodiscard]] Moment now() const { return {.steady = steady(), .wall = wall_.now()}; }

 private:
  os::Stopwatch began_;
  os::RealClock wall_;
};

struct ClientOptions {
  RedisTarget target;
  Micros interval{
      1000};  // from one operation's start to the next, so that a small machine is not saturated
  Duration patience{30'000};  // for the server to come up, before anything is measured
  Micros min_stall{50'000};   // shorter silences are not listed
};

// A broken connection counts as an error and is opened again for as long as the client runs.
class LoadClient {
 public:
  virtual ~LoadClient() = default;
  LoadClient(const LoadClient&) = delete;
  LoadClient& operator=(const LoadClient&) = delete;

  // Connects and makes ready; not measured. Gives up at the end of the patience or when stopped.
  Result<> prepare(const std::stop_token& stop);
  // Operates until stopped, then checks the final state.
  void run(const std::stop_token& stop);

  // By any thread.
  [[nodiscard]] const ClientStats& stats() const { return stats_; }

 protected:
  LoadClient(std::string name, const ClientOptions& options, const LoadClock& clock);

  virtual Result<> make_ready(RedisConnection& connection, const std::stop_token& stop) = 0;
  // An error is a failed request or a wrong answer.
  virtual Result<> operate(RedisConnection& connection) = 0;
  virtual Result<> conclude(RedisConnection& connection) = 0;

 private:
  // One verified operation; reopens the connection first when it is broken.
  void attempt();
  bool reopen();
  void wait_for(Micros deadline, const std::stop_token& stop) const;

  ClientOptions options_;
  const LoadClock& clock_;
  ClientStats stats_;
  std::optional<RedisConnection> connection_;
};

// Increments one counter and verifies that every reply is exactly the previous one plus one.
class CounterClient final : public LoadClient {
 public:
  CounterClient(const ClientOptions& options, const LoadClock& clock);
  // After run() has returned.
  [[nodiscard]] const CounterCheck& check() const { return check_; }

 private:
  Result<> make_ready(RedisConnection& connection, const std::stop_token& stop) override;
  Result<> operate(RedisConnection& connection) override;
  Result<> conclude(RedisConnection& connection) override;
  Result<> judged(std::int64_t expected, std::int64_t got, std::int64_t faults_before) const;

  CounterCheck check_{0};
};

// Writes the data set, then reads keys at random and verifies the whole value.
class DataClient final : public LoadClient {
 public:
  DataClient(const ClientOptions& options, const LoadClock& clock, DataSet data);

  // By any thread: keys written so far.
  [[nodiscard]] std::int64_t filled() const { return filled_.load(); }
  [[nodiscard]] const DataSet& data() const { return data_; }
  // After run() has returned.
  [[nodiscard]] std::int64_t lost() const { return lost_; }
  [[nodiscard]] std::int64_t corrupted() const { return corrupted_; }

 private:
  Result<> make_ready(RedisConnection& connection, const std::stop_token& stop) override;
  Result<> operate(RedisConnection& connection) override;
  Result<> conclude(RedisConnection& connection) override;
  Result<> verify(RedisConnection& connection, std::int64_t index);

  DataSet data_;
  SplitMix choice_;
  std::atomic<std::int64_t> filled_{0};
  std::int64_t lost_ = 0;
  std::int64_t corrupted_ = 0;
};

}  // namespace drover::cli
