#include "os/environment.h"

#include <cstdlib>

namespace drover::os {

std::optional<std::string> environment(const std::string& name) {
  const char* value = ::secure_getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

}  // namespace drover::os
