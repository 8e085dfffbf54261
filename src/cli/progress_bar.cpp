#include "cli/progress_bar.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <format>
#include <print>
#include <utility>

namespace drover::cli {

ProgressBar::ProgressBar(std::string what, std::int64_t total)
    : what_(std::move(what)),
      total_(std::max<std::int64_t>(total, 1)),
      terminal_(::isatty(STDERR_FILENO) == 1) {}

ProgressBar::~ProgressBar() {
  if (terminal_) {
    std::print(stderr, "\r\x1b[K");
  }
}

std::string ProgressBar::text() const {
  constexpr std::int64_t kCells = 30;
  const std::int64_t done = std::min(done_.load(std::memory_order_relaxed), total_);
  const auto full = static_cast<std::size_t>(done * kCells / total_);
  return std::format("{} [{}{}] {} % ({}/{})", what_, std::string(full, '#'),
                     std::string(kCells - full, '.'), done * 100 / total_, done, total_);
}

void ProgressBar::draw() {
  if (terminal_) {
    std::print(stderr, "\r{}\x1b[K", text());
    (void)std::fflush(stderr);
  }
}

}  // namespace drover::cli
