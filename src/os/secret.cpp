#include "os/secret.h"

#include <array>
#include <format>

#include <openssl/crypto.h>
#include <openssl/sha.h>

namespace drover::os {

namespace {

using Digest = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

Digest digest_of(std::string_view data) {
  Digest digest{};
  ::SHA256(reinterpret_cast<const unsigned char*>(data.data()), data.size(), digest.data());
  return digest;
}

}  // namespace

std::string sha256(std::string_view data) {
  std::string text;
  for (const auto byte : digest_of(data)) text += std::format("{:02x}", byte);
  return text;
}

// Of the digests, so that neither length nor content decide how long it takes.
bool same_secret(std::string_view a, std::string_view b) {
  const auto first = digest_of(a);
  const auto second = digest_of(b);
  return ::CRYPTO_memcmp(first.data(), second.data(), first.size()) == 0;
}

}  // namespace drover::os
