#include "oci/environment.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <format>
#include <ranges>

namespace drover::oci {
namespace {

constexpr std::string_view kUsualPath =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

std::string_view lookup(const char* const* variables, std::string_view name) {
  for (; variables != nullptr && *variables != nullptr; ++variables) {
    const std::string_view entry = *variables;
    if (entry.starts_with(name) && entry.substr(name.size()).starts_with('='))
      return entry.substr(name.size() + 1);
  }
  return {};
}

std::chrono::seconds seconds_or(std::string_view text, std::chrono::seconds fallback) {
  std::int64_t value = 0;
  const auto [stop, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  return status == std::errc{} && stop == text.data() + text.size() && value > 0
             ? std::chrono::seconds(value)
             : fallback;
}

bool is_program(const std::filesystem::path& file) {
  std::error_code error;
  return std::filesystem::is_regular_file(file, error) && ::access(file.c_str(), X_OK) == 0;
}

// Empty when there is none.
std::filesystem::path search(std::string_view path, std::string_view program) {
  for (const auto part : path | std::views::split(':')) {
    const auto file = std::filesystem::path(std::string_view(part)) / program;
    if (is_program(file)) return file;
  }
  return {};
}

}  // namespace

Environment read_environment(const char* const* variables) {
  Environment environment;
  const auto path = lookup(variables, "PATH");
  environment.path = path.empty() ? kUsualPath : path;
  environment.runc = lookup(variables, "DROVER_RUNC");
  environment.restores = lookup(variables, "DROVER_RESTORES");
  environment.restore_timeout =
      seconds_or(lookup(variables, "DROVER_RESTORE_TIMEOUT_S"), environment.restore_timeout);
  environment.script_action = lookup(variables, "CRTOOLS_SCRIPT_ACTION");
  environment.script_init_pid = lookup(variables, "CRTOOLS_INIT_PID");
  return environment;
}

Result<std::filesystem::path> find_runc(const Environment& environment) {
  auto file = environment.runc.empty() ? search(environment.path, "runc") : environment.runc;
  if (file.empty()) {
    return not_found(std::format("no runc in PATH ({}); install it or set DROVER_RUNC to its file",
                                 environment.path));
  }
  if (!is_program(file))
    return not_found(std::format("DROVER_RUNC={} is not a program", file.string()));
  std::error_code error;
  if (std::filesystem::equivalent(file, "/proc/self/exe", error)) {
    return conflict(std::format("{} is drover-runtime itself; set DROVER_RUNC to the real runc",
                                file.string()));
  }
  return file;
}

std::string path_for_criu(const Environment& environment) {
  std::string path = environment.path;
  for (const auto part : kUsualPath | std::views::split(':')) {
    const std::string_view directory(part);
    const bool there = std::ranges::any_of(path | std::views::split(':'), [&](auto entry) {
      return std::string_view(entry) == directory;
    });
    if (!there) path += ":" + std::string(directory);
  }
  return path;
}

}  // namespace drover::oci
