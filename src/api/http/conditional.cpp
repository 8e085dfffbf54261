#include "api/http/conditional.h"

#include <format>
#include <ranges>
#include <string_view>

#include "os/secret.h"

namespace drover::api {
namespace {

constexpr int kNotModified = 304;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t";
  const auto first = text.find_first_not_of(kBlanks);
  return first == text.npos ? std::string_view{}
                            : text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

// If-None-Match compares weakly: W/"x" is "x". Our tags have no commas.
bool knows(std::string_view header, std::string_view tag) {
  for (const auto part : std::views::split(header, ',')) {
    std::string_view one = trimmed(std::string_view(part.begin(), part.end()));
    if (one.starts_with("W/")) {
      one.remove_prefix(2);
    }
    if (one == tag || one == "*") {
      return true;
    }
  }
  return false;
}

}  // namespace

os::HttpResponse conditional(const os::HttpRequest& request, os::HttpResponse response) {
  constexpr std::size_t kTagDigits = 32;  // half of SHA-256
  const auto tag = std::format("\"{}\"", os::sha256(response.body).substr(0, kTagDigits));
  response.headers["ETag"] = tag;
  const auto header = request.headers.find("if-none-match");
  if (header != request.headers.end() && knows(header->second, tag)) {
    response.status = kNotModified;
    response.body.clear();
  }
  return response;
}

}  // namespace drover::api
