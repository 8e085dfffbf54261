#include "cli/work_folder.h"

#include <cstdlib>
#include <filesystem>
#include <format>

namespace drover::cli {

Result<WorkFolder> WorkFolder::make(std::string_view name) {
  std::string path = std::filesystem::temp_directory_path() / std::format("{}-XXXXXX", name);
  if (::mkdtemp(path.data()) == nullptr) {
    return os::system_error(std::format("making the folder {}", path));
  }
  return WorkFolder(path);
}

}  // namespace drover::cli
