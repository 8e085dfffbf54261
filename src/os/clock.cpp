#include "os/clock.h"

#include <algorithm>
#include <cassert>
#include <condition_variable>
#include <mutex>

namespace drover::os {

namespace {

using std::chrono::steady_clock;

// The wall clock may be set while we sleep; this is how late that is noticed.
constexpr Duration kLongestNap = std::chrono::seconds(1);
// As good as endless, and far from where times overflow.
constexpr Duration kEndless = std::chrono::years(1);

bool sleep_steady(steady_clock::time_point until, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_until(lock, stop, until, [] { return false; });
  return !stop.stop_requested();
}

}  // namespace

bool WaitingClock::sleep_for(Duration span, std::stop_token stop) const {
  return sleep_until(now() + span, std::move(stop));
}

Instant RealClock::now() const {
  const auto time = std::chrono::floor<Duration>(std::chrono::system_clock::now());
  const auto count = time.time_since_epoch().count();
  auto latest = latest_.load(std::memory_order_relaxed);
  while (latest < count &&
         !latest_.compare_exchange_weak(latest, count, std::memory_order_relaxed)) {
  }
  return Instant(Duration{std::max(latest, count)});
}

bool RealClock::sleep_until(Instant when, std::stop_token stop) const {
  for (auto left = when - now(); left > Duration{0}; left = when - now()) {
    if (!pause_for(std::min(left, kLongestNap), stop)) return false;
  }
  return !stop.stop_requested();
}

AcceleratedClock::AcceleratedClock(Instant start, double speed)
    : start_(start), speed_(speed), began_(steady_clock::now()) {
  assert(speed > 0);
}

Instant AcceleratedClock::now() const {
  const std::chrono::duration<double, std::milli> real = steady_clock::now() - began_;
  return start_ + std::chrono::floor<Duration>(real * speed_);
}

bool AcceleratedClock::sleep_until(Instant when, std::stop_token stop) const {
  const std::chrono::duration<double, std::milli> simulated = when - start_;
  const auto real = std::chrono::ceil<steady_clock::duration>(simulated / speed_);
  return sleep_steady(began_ + real, stop);
}

Duration Stopwatch::elapsed() const { return std::chrono::floor<Duration>(elapsed_ns()); }

std::chrono::nanoseconds Stopwatch::elapsed_ns() const { return steady_clock::now() - began_; }

bool pause_for(Duration span, const std::stop_token& stop) {
  return sleep_steady(steady_clock::now() + std::min(span, kEndless), stop);
}

void pause_for(Duration span) { pause_for(span, std::stop_token{}); }

}  // namespace drover::os
