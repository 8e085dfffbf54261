#include "cli/cluster_time.h"

#include <atomic>
#include <charconv>

#include "os/clock.h"

namespace drover::cli {
namespace {

using cluster::local::ClockEntry;
using cluster::local::ClockMode;
using cluster::local::ClusterState;

constexpr const char* kBegan =
    "clock-began-ms";  // real time when an accelerated clock stood at its start
constexpr const char* kStands = "clock-stands-ms";
constexpr Duration kLook = std::chrono::milliseconds{10};

// Both kinds of clock are looked at, not slept on: one of them only goes on when it is told to.
bool look_until(const Clock& clock, Instant when, const std::stop_token& stop) {
  while (clock.now() < when) {
    if (!os::pause_for(kLook, stop)) {
      return false;
    }
  }
  return true;
}

// Real or accelerated: goes by itself.
class RunningTime final : public ClusterTime {
 public:
  explicit RunningTime(std::unique_ptr<Clock> clock) : clock_(std::move(clock)) {}
  [[nodiscard]] Instant now() const override { return clock_->now(); }
  bool wait_until(Instant when, const std::stop_token& stop) override {
    return look_until(*clock_, when, stop);
  }
  Result<> advance(Duration /*by*/) override {
    return conflict(
        "the cluster's clock goes by itself; only one with 'clock: {mode: simulated}' can be "
        "advanced");
  }

 private:
  std::unique_ptr<Clock> clock_;
};

class SteppedTime final : public ClusterTime {
 public:
  SteppedTime(Instant start, ClusterState& state)
      : state_(state), now_(start.time_since_epoch().count()) {}
  [[nodiscard]] Instant now() const override { return Instant{Duration{now_.load()}}; }
  bool wait_until(Instant when, const std::stop_token& stop) override {
    return look_until(*this, when, stop);
  }
  // Remembered first: what was seen of it is not taken back by a restart.
  Result<> advance(Duration by) override {
    if (by < Duration{0}) {
      return invalid("time does not go back; advance by a positive span");
    }
    const auto next = now_.load() + by.count();
    return state_.remember(kStands, std::to_string(next)).transform([&] { now_.store(next); });
  }

 private:
  ClusterState& state_;
  std::atomic<Duration::rep> now_;
};

// The remembered number, or `otherwise`, which is then remembered.
Result<Duration::rep> remembered(ClusterState& state, const std::string& key,
                                 Duration::rep otherwise) {
  return state.recall(key).and_then(
      [&](const std::optional<std::string>& text) -> Result<Duration::rep> {
        Duration::rep value = otherwise;
        if (!text) {
          return state.remember(key, std::to_string(otherwise)).transform([&] {
            return otherwise;
          });
        }
        std::from_chars(text->data(), text->data() + text->size(), value);
        return value;
      });
}

}  // namespace

Result<std::unique_ptr<ClusterTime>> make_cluster_time(const ClockEntry& entry,
                                                       ClusterState& state) {
  using Time = std::unique_ptr<ClusterTime>;
  if (entry.mode == ClockMode::kReal || !entry.start) {
    return std::make_unique<RunningTime>(std::make_unique<os::RealClock>());
  }
  const auto start = *entry.start;
  if (entry.mode == ClockMode::kSimulated) {
    return remembered(state, kStands, start.time_since_epoch().count())
        .transform([&](Duration::rep at) -> Time {
          return std::make_unique<SteppedTime>(Instant{Duration{at}}, state);
        });
  }
  const auto real_now = os::RealClock().now();
  return remembered(state, kBegan, real_now.time_since_epoch().count())
      .transform([&](Duration::rep began) -> Time {
        const auto passed =
            static_cast<double>(real_now.time_since_epoch().count() - began) * entry.speed;
        const auto now = start + Duration{static_cast<Duration::rep>(passed)};
        return std::make_unique<RunningTime>(
            std::make_unique<os::AcceleratedClock>(now, entry.speed));
      });
}

}  // namespace drover::cli
