// The progress file of a load run: one JSON object per line, appended while it runs
// (docs/formats/load.md).
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "base/result.h"
#include "cli/load_session.h"
#include "os/fd.h"
#include "os/file.h"

namespace drover::cli {

// kind "progress" at every call of write(), then kind "stall" and "error" for each that is new.
class LoadProgress {
 public:
  static Result<LoadProgress> open(const os::Path& path);
  Result<> write(const LoadSession& session);

 private:
  explicit LoadProgress(os::Fd fd) : fd_(std::move(fd)) {}
  std::string progress_line(const LoadSession& session);
  std::string news_of(const ClientStats& stats, std::size_t index);

  os::Fd fd_;
  std::array<std::size_t, 2> stalls_told_{};
  std::array<std::size_t, 2> errors_told_{};
  std::int64_t last_operations_ = 0;
  Micros last_at_{0};
};

}  // namespace drover::cli
