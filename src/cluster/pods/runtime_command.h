// Calls to the OCI runtime about one container.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace drover::cluster::pods {

class RuntimeCommand {
 public:
  struct Where {
    std::filesystem::path program;
    std::filesystem::path root;       // --root
    std::filesystem::path directory;  // for the runtime's own log
  };
  explicit RuntimeCommand(Where where) : where_(std::move(where)) {}

  // The whole command line: program, global flags, then the arguments.
  [[nodiscard]] std::vector<std::string> argv(const std::vector<std::string>& arguments) const;

  // Runs to the end; the error is what the runtime said.
  [[nodiscard]] Result<> call(const std::vector<std::string>& arguments, Duration timeout) const;

  // The last error in the runtime's log.
  [[nodiscard]] std::optional<std::string> last_error() const;

  // drover-runtime leaves a mark in the container's state when its process came from a checkpoint.
  [[nodiscard]] bool is_restored(const std::string& id) const;

 private:
  [[nodiscard]] std::filesystem::path log() const { return where_.directory / "runtime.log"; }
  Where where_;
};

}  // namespace drover::cluster::pods
