// Waiting for the other side of the rendezvous.
#pragma once

#include <chrono>
#include <filesystem>

#include "base/result.h"

namespace drover::oci {

// Looks every 2 ms. Success when `yes` exists, kConflict when `no` does (which counts more),
// kTimeout after `limit`.
Result<> wait_for(const std::filesystem::path& yes, const std::filesystem::path& no,
                  std::chrono::seconds limit);

}  // namespace drover::oci
