#include "cli/load_stats.h"

namespace drover::cli {

void ClientStats::begin(Moment now) {
  last_wall_ = now.wall;
  last_us_.store(now.steady.count());
}

void ClientStats::succeeded(Moment sent, Moment replied) {
  latencies_.add(replied.steady - sent.steady);
  operations_.fetch_add(1);
  close_silence(replied);
  begin(replied);
}

void ClientStats::failed(std::string what) {
  errors_.append(std::move(what));
  error_count_.fetch_add(1);
}

void ClientStats::end(Moment now) {
  close_silence(now);
  last_us_.store(-1);
}

Micros ClientStats::silence(Micros steady_now) const {
  const auto last = last_us_.load();
  return last < 0 ? Micros{0} : std::max(steady_now - Micros{last}, Micros{0});
}

void ClientStats::close_silence(Moment now) {
  const auto length = silence(now.steady);
  if (length.count() > longest_us_.load()) {
    longest_us_.store(length.count());
  }
  if (length >= min_stall_) {
    stalls_.append({.start = last_wall_, .end = now.wall, .length = length});
  }
}

}  // namespace drover::cli
