// A bar on standard error for long work, when that is a terminal; otherwise nothing.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

namespace drover::cli {

class ProgressBar {
 public:
  ProgressBar(std::string what, std::int64_t total);
  ~ProgressBar();  // clears the line
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void step() { done_.fetch_add(1, std::memory_order_relaxed); }  // thread-safe
  void draw();                                                    // from one thread

  // "backtest [#####.....] 50 % (3/6)"
  [[nodiscard]] std::string text() const;

 private:
  std::string what_;
  std::int64_t total_;
  bool terminal_;
  std::atomic<std::int64_t> done_ = 0;
};

}  // namespace drover::cli
