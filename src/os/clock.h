// Clocks that move by themselves, and the only sleeps.
#pragma once

#include <atomic>
#include <chrono>
#include <stop_token>

#include "base/time.h"

namespace drover::os {

// A Clock one can wait on. Thread-safe.
class WaitingClock : public Clock {
 public:
  // Returns true at `when` (at once if that is past), false as soon as a stop is requested.
  [[nodiscard]] virtual bool sleep_until(Instant when, std::stop_token stop) const = 0;
  [[nodiscard]] bool sleep_for(Duration span, std::stop_token stop) const;
};

// The system's wall clock, held where it is while that is being set back.
class RealClock final : public WaitingClock {
 public:
  [[nodiscard]] Instant now() const override;
  [[nodiscard]] bool sleep_until(Instant when, std::stop_token stop) const override;

 private:
  mutable std::atomic<Duration::rep> latest_{0};
};

// Starts at `start` when constructed and runs `speed` simulated seconds per real second of the
// monotonic clock.
class AcceleratedClock final : public WaitingClock {
 public:
  AcceleratedClock(Instant start, double speed);
  [[nodiscard]] Instant now() const override;
  [[nodiscard]] bool sleep_until(Instant when, std::stop_token stop) const override;

 private:
  Instant start_;
  double speed_;
  std::chrono::steady_clock::time_point began_;
};

// Real time that only moves forward, for deadlines and for measuring.
class Stopwatch {
 public:
  Stopwatch() : began_(std::chrono::steady_clock::now()) {}
  [[nodiscard]] Duration elapsed() const;
  [[nodiscard]] std::chrono::nanoseconds elapsed_ns() const;

 private:
  std::chrono::steady_clock::time_point began_;
};

// Sleeps real time; false as soon as a stop is requested.
bool pause_for(Duration span, const std::stop_token& stop);
void pause_for(Duration span);

}  // namespace drover::os
