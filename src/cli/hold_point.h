// Lets a test stop a daemon at a named point: while <dir>/test-hold holds that name, the daemon
// waits there and says so in <dir>/test-held. Without the file it costs one look per point.
// End-to-end tests kill -9 what is held.
#pragma once

#include <filesystem>
#include <string_view>

namespace drover::cli {

class HoldPoint {
 public:
  explicit HoldPoint(std::filesystem::path dir) : dir_(std::move(dir)) {}
  void reached(std::string_view name) const;

 private:
  std::filesystem::path dir_;
};

}  // namespace drover::cli
