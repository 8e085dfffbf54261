// Keys and tokens that must not get into an error, a log or a store.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace drover::carbon::gridapi {

class Secrets {
 public:
  // Remembers the text and how it looks in a URL. Shorter ones than four bytes are no secrets.
  void add(std::string_view secret);
  // The text with every secret as "***".
  [[nodiscard]] std::string scrubbed(std::string text) const;

 private:
  std::vector<std::string> secrets_;  // the longest first
};

// "dXNlcjpwYXNz", as in a header for basic authentication.
std::string base64(std::string_view bytes);

}  // namespace drover::carbon::gridapi
