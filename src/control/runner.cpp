#include "control/runner.h"

#include <algorithm>

namespace drover::control {
namespace {

Instant slot_of(Instant instant, Duration slot) {
  const auto since_epoch = instant.time_since_epoch();
  return instant - (since_epoch % slot + slot) % slot;
}

class Run {
 public:
  Run(Loop& loop, const Clock& clock, Sleeper& sleeper, const RunOptions& options)
      : loop_(loop), clock_(clock), sleeper_(sleeper), options_(options) {}

  RunSummary go(const std::stop_token& stop) {
    for (auto slot = slot_of(clock_.now(), options_.slot); !ended(slot) && !stop.stop_requested();
         slot = next(slot)) {
      count(loop_.tick(slot));
      if (!settle_until(slot + options_.slot, stop)) {
        return summary_;
      }
    }
    drain(stop);
    return summary_;
  }

 private:
  [[nodiscard]] bool ended(Instant slot) const { return options_.end && slot >= *options_.end; }

  // A tick may have lasted longer than its slot: what is past is skipped, not caught up with.
  Instant next(Instant slot) {
    const auto latest = slot_of(clock_.now(), options_.slot);
    const auto following = slot + options_.slot;
    summary_.skipped +=
        static_cast<std::size_t>(std::max<Duration::rep>(0, (latest - following) / options_.slot));
    return std::max(following, latest);
  }

  void count(const TickReport& report) {
    ++summary_.ticks;
    summary_.degraded_ticks += report.flags.empty() ? 0 : 1;
    in_flight_ = report.in_flight;
  }

  // False when told to stop.
  bool settle_until(Instant when, const std::stop_token& stop) {
    while (in_flight_ > 0 && clock_.now() + options_.settle_every < when) {
      if (!settle_once(stop)) {
        return false;
      }
    }
    return sleeper_.wait_until(when, stop);
  }

  bool settle_once(const std::stop_token& stop) {
    if (!sleeper_.wait_until(clock_.now() + options_.settle_every, stop)) {
      return false;
    }
    in_flight_ = loop_.settle_only(clock_.now()).in_flight;
    return true;
  }

  void drain(const std::stop_token& stop) {
    while (in_flight_ > 0 && settle_once(stop)) {
    }
  }

  Loop& loop_;
  const Clock& clock_;
  Sleeper& sleeper_;
  const RunOptions& options_;
  RunSummary summary_;
  std::size_t in_flight_ = 0;
};

}  // namespace

RunSummary run(Loop& loop, const Clock& clock, Sleeper& sleeper, const RunOptions& options,
               const std::stop_token& stop) {
  return Run(loop, clock, sleeper, options).go(stop);
}

}  // namespace drover::control
