// A folder of its own below the system's temporary one, removed with all in it.
#pragma once

#include <string_view>
#include <utility>

#include "base/result.h"
#include "os/file.h"

namespace drover::cli {

class WorkFolder {
 public:
  // "/tmp/<name>-XXXXXX", mode 0700.
  static Result<WorkFolder> make(std::string_view name);
  WorkFolder(WorkFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  WorkFolder& operator=(WorkFolder&& other) noexcept {
    std::swap(path_, other.path_);
    return *this;
  }
  ~WorkFolder() {
    if (!path_.empty()) {
      (void)os::remove_tree(path_);
    }
  }

  [[nodiscard]] const os::Path& path() const { return path_; }
  // Leaves it there.
  void keep() { path_.clear(); }

 private:
  explicit WorkFolder(os::Path path) : path_(std::move(path)) {}
  os::Path path_;
};

}  // namespace drover::cli
