// A bounded queue of chunks between two threads: one pushes, one pops.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <string>

#include "base/result.h"

namespace drover::migrate {

// push() waits while the queue is full, pop() while it is empty. The mutex guards all members.
class ByteQueue {
 public:
  // False when the reader has gone: stop writing.
  bool push(std::string chunk) {
    std::unique_lock guard(mutex_);
    changed_.wait(guard, [&] { return held_ < kLimit || cancelled_; });
    if (cancelled_) {
      return false;
    }
    held_ += chunk.size();
    chunks_.push_back(std::move(chunk));
    changed_.notify_all();
    return true;
  }

  // No more chunks will come; an error reaches the reader after the last chunk.
  void finish(Result<> result) {
    const std::scoped_lock guard(mutex_);
    end_ = std::move(result);
    changed_.notify_all();
  }

  // The next chunk; empty at the end; the writer's error if there was one.
  Result<std::string> pop() {
    std::unique_lock guard(mutex_);
    changed_.wait(guard, [&] { return !chunks_.empty() || end_; });
    if (chunks_.empty()) {
      return end_->transform([] { return std::string(); });
    }
    auto chunk = std::move(chunks_.front());
    chunks_.pop_front();
    held_ -= chunk.size();
    changed_.notify_all();
    return chunk;
  }

  // The reader gives up.
  void cancel() {
    const std::scoped_lock guard(mutex_);
    cancelled_ = true;
    changed_.notify_all();
  }

 private:
  static constexpr std::size_t kLimit = 8UL << 20;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> chunks_;
  std::size_t held_ = 0;
  std::optional<Result<>> end_;
  bool cancelled_ = false;
};

}  // namespace drover::migrate
