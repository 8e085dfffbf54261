// What one load client measured, readable by any thread while it runs. The client's thread never
// waits for a reader.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "cli/load_histogram.h"

namespace drover::cli {

// One moment on both clocks: the steady one for lengths, the wall clock to match stalls with
// migrations.
struct Moment {
  Micros steady{0};
  Instant wall;
};

// A silence between two successful replies of one client.
struct Stall {
  Instant start;
  Instant end;
  Micros length{0};
};

// One thread appends, any thread reads; what does not fit is counted, not stored.
template <class T, std::size_t Capacity>
class PublishedList {
 public:
  void append(T item) {
    const auto used = used_.load(std::memory_order_relaxed);
    if (used == Capacity) {
      dropped_.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    items_[used] = std::move(item);
    used_.store(used + 1, std::memory_order_release);
  }
  [[nodiscard]] std::vector<T> from(std::size_t first) const {
    const auto used = used_.load(std::memory_order_acquire);
    return {items_.begin() + static_cast<std::ptrdiff_t>(std::min(first, used)),
            items_.begin() + static_cast<std::ptrdiff_t>(used)};
  }
  [[nodiscard]] std::size_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

 private:
  std::array<T, Capacity> items_{};
  std::atomic<std::size_t> used_{0};
  std::atomic<std::size_t> dropped_{0};
};

class ClientStats {
 public:
  // Silences shorter than this are not listed as stalls; the longest silence is known in any case.
  ClientStats(std::string name, Micros min_stall) : name_(std::move(name)), min_stall_(min_stall) {}

  // By the client's thread. begin() comes first: silence is counted from there.
  void begin(Moment now);
  void succeeded(Moment sent, Moment replied);
  void failed(std::string what);
  void reconnected() { reconnects_.fetch_add(1); }
  // Closes the silence that is open when the client ends: a client that hangs until the end has
  // stalled, too.
  void end(Moment now);

  // By any thread.
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::int64_t operations() const { return operations_.load(); }
  [[nodiscard]] std::int64_t errors() const { return error_count_.load(); }
  [[nodiscard]] std::int64_t reconnects() const { return reconnects_.load(); }
  [[nodiscard]] const LatencyHistogram& latencies() const { return latencies_; }
  [[nodiscard]] Micros longest_stall() const { return Micros{longest_us_.load()}; }
  // How long nothing has been answered, zero while the client has not begun or has ended.
  [[nodiscard]] Micros silence(Micros steady_now) const;
  [[nodiscard]] std::vector<Stall> stalls(std::size_t first = 0) const {
    return stalls_.from(first);
  }
  [[nodiscard]] std::size_t stalls_dropped() const { return stalls_.dropped(); }
  [[nodiscard]] std::vector<std::string> error_texts(std::size_t first = 0) const {
    return errors_.from(first);
  }

 private:
  static constexpr std::size_t kMaxStalls = 4096;
  static constexpr std::size_t kMaxErrorTexts = 32;

  void close_silence(Moment now);

  std::string name_;
  Micros min_stall_;
  Instant last_wall_;  // of the client's thread alone
  LatencyHistogram latencies_;
  PublishedList<Stall, kMaxStalls> stalls_;
  PublishedList<std::string, kMaxErrorTexts> errors_;
  std::atomic<std::int64_t> last_us_{
      -1};  // steady time of the last success; -1: no silence is open
  std::atomic<std::int64_t> longest_us_{0};
  std::atomic<std::int64_t> operations_{0};
  std::atomic<std::int64_t> error_count_{0};
  std::atomic<std::int64_t> reconnects_{0};
};

}  // namespace drover::cli
