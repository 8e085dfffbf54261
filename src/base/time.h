// Time enters drover through Clock only: real, accelerated or simulated (ARCHITECTURE.md, "Time").
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace drover {

// A moment in UTC, to the millisecond. All stored times are whole milliseconds since the Unix
// epoch.
using Duration = std::chrono::milliseconds;
using Instant = std::chrono::sys_time<Duration>;

// "2021-03-04T05:00:00Z"; milliseconds are printed only when not zero.
std::string format_time(Instant instant);

// Accepts RFC 3339 with "T" or a blank between date and time, hours only ("2021-01-01T00Z"),
// minutes, seconds, fractions, "Z" or a numeric offset, and no zone at all (read as UTC). kInvalid
// with the text otherwise.
Result<Instant> parse_time(std::string_view text);

// Thread-safe. now() never goes back within one process.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant now() const = 0;
};

// A clock that stands still until told otherwise: for tests and simulation.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Instant start) : now_(start) {}
  [[nodiscard]] Instant now() const override { return now_; }
  void set(Instant instant) { now_ = instant; }
  void advance(Duration by) { now_ += by; }

 private:
  Instant now_;
};

}  // namespace drover
