// Sleeps by setting a simulated clock forward.
#pragma once

#include "control/runner.h"

namespace drover::control::testing {

class StepSleeper final : public Sleeper {
 public:
  explicit StepSleeper(ManualClock& clock) : clock_(clock) {}
  bool wait_until(Instant when, const std::stop_token& stop) override {
    if (clock_.now() < when) {
      clock_.set(when);
    }
    return !stop.stop_requested();
  }

 private:
  ManualClock& clock_;
};

}  // namespace drover::control::testing
