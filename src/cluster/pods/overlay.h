// The root file system of a container: the image below, the container's own changes above.
#pragma once

#include <filesystem>

#include "base/result.h"

namespace drover::cluster::pods {

struct Overlay {
  std::filesystem::path lower;  // the image, never written
  std::filesystem::path upper;  // the changes
  std::filesystem::path work;   // the kernel's own, on the file system of `upper`
  std::filesystem::path target;
};

// Makes upper, work and target (the root directory gets the image's owner and mode).
Result<> prepare_overlay(const Overlay& overlay);

// In the calling thread's mount namespace.
Result<> mount_overlay(const Overlay& overlay);

}  // namespace drover::cluster::pods
