// A directory that is gone when the test ends.
#pragma once

#include <stdlib.h>

#include <string>
#include <string_view>

#include "os/file.h"

namespace drover::os::testing {

class TempDir {
 public:
  TempDir() {
    std::string name = "/tmp/drover-test-XXXXXX";
    path_ = ::mkdtemp(name.data());
  }
  ~TempDir() { [[maybe_unused]] const auto removed = remove_tree(path_); }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  [[nodiscard]] const Path& path() const { return path_; }
  [[nodiscard]] Path operator/(std::string_view name) const { return path_ / name; }

 private:
  Path path_;
};

}  // namespace drover::os::testing
