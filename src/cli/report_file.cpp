#include "cli/report_file.h"

#include <filesystem>
#include <format>

namespace drover::cli {

CLI::Validator report_file() {
  const auto problem = [](const std::string& text) -> std::string {
    const std::filesystem::path path(text);
    const auto folder = path.has_parent_path() ? path.parent_path() : ".";
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) {
      return std::format("'{}' is a directory; name a file", text);
    }
    if (!std::filesystem::is_directory(folder, ignored)) {
      return std::format("'{}': there is no directory '{}'; make it first", text, folder.string());
    }
    return {};
  };
  return {problem, "FILE"};
}

}  // namespace drover::cli
