#include "os/log.h"

#include <fcntl.h>

#include <memory>
#include <mutex>

#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace drover::os {

namespace {

constexpr const char* kPattern = "%Y-%m-%dT%H:%M:%S.%eZ %n[%P] %l: %v";

spdlog::level::level_enum level_of(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

spdlog::sink_ptr make_sink(const Path& file) {
  if (file.empty()) return std::make_shared<spdlog::sinks::stderr_sink_mt>();
  return std::make_shared<spdlog::sinks::basic_file_sink_mt>(file.string());
}

// Every line is flushed: a process that is killed must not take its last words with it.
void install(const LogOptions& options) {
  auto logger = std::make_shared<spdlog::logger>(options.name, make_sink(options.file));
  logger->set_level(level_of(options.level));
  logger->set_pattern(kPattern, spdlog::pattern_time_type::utc);
  logger->flush_on(spdlog::level::trace);
  spdlog::set_default_logger(std::move(logger));
}

// spdlog's own default writes to stdout, which belongs to a command's data.
spdlog::logger& current() {
  static std::once_flag once;
  std::call_once(once, [] { install({.name = "drover", .level = LogLevel::kWarning}); });
  return *spdlog::default_logger_raw();
}

}  // namespace

Result<> setup_log(const LogOptions& options) {
  current();
  // Opened here first: spdlog would make missing folders, and a file that others may read.
  if (!options.file.empty()) {
    const auto file = open_file(options.file, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (!file) return std::unexpected(file.error());
  }
  try {
    install(options);
  } catch (const spdlog::spdlog_ex& error) {
    return unavailable(std::string("log: ") + error.what());
  }
  return {};
}

void log(LogLevel level, std::string_view text) {
  current().log(level_of(level), spdlog::string_view_t(text.data(), text.size()));
}

}  // namespace drover::os
