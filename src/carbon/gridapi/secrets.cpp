#include "carbon/gridapi/secrets.h"

#include <algorithm>
#include <cstdint>

#include "os/web_client.h"

namespace drover::carbon::gridapi {

void Secrets::add(std::string_view secret) {
  constexpr std::size_t kShortest = 4;
  if (secret.size() < kShortest) {
    return;
  }
  const auto target =
      os::web_target({.path = "", .query = {{.name = "", .value = std::string(secret)}}}, true);
  for (auto& form : {std::string(secret), target.substr(target.find('=') + 1)}) {
    if (!std::ranges::contains(secrets_, form)) {
      secrets_.push_back(form);
    }
  }
  std::ranges::sort(secrets_, std::greater{}, &std::string::size);
}

std::string Secrets::scrubbed(std::string text) const {
  for (const auto& secret : secrets_) {
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
      text.replace(at, secret.size(), "***");
    }
  }
  return text;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = i; k < i + 3; ++k) {
      group = group << 8U | (k < bytes.size() ? static_cast<unsigned char>(bytes[k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      const bool padding = i + k > bytes.size();
      text += padding ? '=' : kDigits[group >> (18U - 6U * k) & 0x3FU];
    }
  }
  return text;
}

}  // namespace drover::carbon::gridapi
