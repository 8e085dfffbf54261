// Secrets and fingerprints by OpenSSL.
#pragma once

#include <string>
#include <string_view>

namespace drover::os {

// SHA-256 as 64 hexadecimal digits.
std::string sha256(std::string_view data);

// Whether they are equal, in a time that says nothing about where they differ.
bool same_secret(std::string_view a, std::string_view b);

}  // namespace drover::os
