// Amounts as people write them in Kubernetes manifests and cluster files.
#pragma once

#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "base/units.h"

namespace drover::cluster::local {

// Errors are advice without the place: "is not an amount of CPU; use cores such as 0.5 or
// millicores such as 500m".
Result<double> parse_cpu(std::string_view text);    // cores: "500m", "0.5", "2"
Result<Bytes> parse_memory(std::string_view text);  // "64Mi", "1Gi", "128974848", "129e6", "129M"
Result<Bandwidth> parse_bandwidth(
    std::string_view text);  // "100Mbit", "1Gbit", "64kbit", as tc writes them
Result<Duration> parse_duration(
    std::string_view text);  // "5ms", "2s", "1m", "1h"; whole milliseconds

}  // namespace drover::cluster::local
