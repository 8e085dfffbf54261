// Names that become folders, control groups and parts of URLs.
#pragma once

#include <string_view>

namespace drover::cluster::local {

// Lower case letters, digits and '-', at most 63, letter or digit at both ends.
bool is_dns_label(std::string_view text);

// The ending of "'x': …" for a text that is none.
inline constexpr std::string_view kNotADnsLabel =
    "is not a name; use at most 63 lower case letters, digits and '-', with a letter or digit at "
    "both ends";

}  // namespace drover::cluster::local
