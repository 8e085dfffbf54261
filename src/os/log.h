// The log: one per process, to a file or stderr. Cores do not log; adapters and the cli do.
#pragma once

#include <format>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "os/file.h"

namespace drover::os {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

struct LogOptions {
  std::string name;  // of the process, in every line
  Path file;         // empty: stderr
  LogLevel level = LogLevel::kInfo;
};

// Lines before this, and when it fails, go to stderr from kWarning up. Call it before threads
// start.
Result<> setup_log(const LogOptions& options);

void log(LogLevel level, std::string_view text);

template <class... Args>
void log_debug(std::format_string<Args...> format, Args&&... args) {
  log(LogLevel::kDebug, std::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void log_info(std::format_string<Args...> format, Args&&... args) {
  log(LogLevel::kInfo, std::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void log_warning(std::format_string<Args...> format, Args&&... args) {
  log(LogLevel::kWarning, std::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void log_error(std::format_string<Args...> format, Args&&... args) {
  log(LogLevel::kError, std::format(format, std::forward<Args>(args)...));
}

}  // namespace drover::os
