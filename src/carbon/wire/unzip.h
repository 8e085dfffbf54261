// Zip files in memory, with limits on what comes out of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace drover::carbon::wire {

bool is_zip(std::string_view bytes);

// The contents of its files in their order. kInvalid, beginning with "the zip file", for one that
// is damaged, encrypted or compressed in an unusual way, or has more than 100 files or 64 MiB.
Result<std::vector<std::string>> unzip(std::string_view bytes);

}  // namespace drover::carbon::wire
