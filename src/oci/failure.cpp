#include "oci/failure.h"

#include <fcntl.h>

#include <format>
#include <ranges>
#include <vector>

#include "os/command.h"
#include "os/file.h"

namespace drover::oci {
namespace {

constexpr std::size_t kMostLines = 8;  // the first ones name the cause, later ones its consequences
constexpr Duration kNftLimit = std::chrono::seconds(5);

std::vector<std::string> words(std::string_view line) {
  std::vector<std::string> result;
  for (const auto word : line | std::views::split(' ')) {
    if (!word.empty()) result.emplace_back(std::string_view(word));
  }
  return result;
}

}  // namespace

std::string error_lines(std::string_view log) {
  std::string lines;
  std::size_t count = 0;
  for (const auto part : log | std::views::split('\n')) {
    const std::string_view line(part);
    // Without CAP_SYS_RESOURCE CRIU says this in every run, and goes on.
    if (!line.contains("Error") || line.contains("RLIMIT_NOFILE")) continue;
    if (++count > kMostLines) break;
    lines += (lines.empty() ? "" : "\n") + std::string(line);
  }
  return lines;
}

std::string explain_failure(const std::filesystem::path& log, int exit_code) {
  const auto lines = error_lines(os::read_file(log).value_or(""));
  if (!lines.empty()) return std::format("CRIU ({}):\n{}", log.string(), lines);
  return std::format("runc restore ended with exit code {}; see {}", exit_code, log.string());
}

void remove_criu_tables(const std::filesystem::path& netns) {
  if (netns.empty()) return;
  const auto ns = os::open_file(netns, O_RDONLY);
  if (!ns) return;
  const auto listed =
      os::run_ok(
          {.argv = {"nft", "list", "tables"}, .net_namespace = ns->get(), .timeout = kNftLimit})
          .value_or("");
  for (const auto line : listed | std::views::split('\n')) {
    const auto table = words(std::string_view(line));  // "table inet CRIU-123"
    if (table.size() != 3 || !table[2].starts_with("CRIU-")) continue;
    (void)os::run({.argv = {"nft", "delete", "table", table[1], table[2]},
                   .net_namespace = ns->get(),
                   .timeout = kNftLimit});
  }
}

}  // namespace drover::oci
