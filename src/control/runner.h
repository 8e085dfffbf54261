// Drives a Loop through time: a tick at each slot boundary, settling in between, until told to
// stop.
#pragma once

#include <optional>
#include <stop_token>

#include "control/loop.h"

namespace drover::control {

// Waits in the time of the runner's clock: really, accelerated, or by setting a simulated clock
// forward.
class Sleeper {
 public:
  virtual ~Sleeper() = default;
  // True once the clock has reached `when`, false as soon as a stop is requested. Called from one
  // thread.
  virtual bool wait_until(Instant when, const std::stop_token& stop) = 0;
};

struct RunOptions {
  Duration slot = std::chrono::hours{1};  // ticks at whole multiples of it since the epoch
  Duration settle_every = std::chrono::minutes{1};  // in clock time, while moves are in flight
  std::optional<Instant> end;                       // no tick at or after it; absent: until stopped
};

struct RunSummary {
  std::size_t ticks = 0;
  std::size_t skipped = 0;         // slots that passed before their tick could run
  std::size_t degraded_ticks = 0;  // ticks with flags
};

// Begins with a tick for the slot that the clock stands in; each tick is told its slot's start.
// Blocks its thread; the loop is called from it alone. After `end` it settles until no move is in
// flight, or a stop is requested.
RunSummary run(Loop& loop, const Clock& clock, Sleeper& sleeper, const RunOptions& options,
               const std::stop_token& stop);

}  // namespace drover::control
