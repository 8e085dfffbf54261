#include "cli/bearer.h"

#include <algorithm>
#include <filesystem>
#include <format>

#include "api/http/carbon_routes.h"
#include "os/secret.h"

namespace drover::cli {
namespace {

constexpr int kUnauthorized = 401;
constexpr std::string_view kScheme = "Bearer ";

bool is_visible(char c) { return c > ' ' && c <= '~'; }

Result<> check_private(const os::Path& file) {
  using std::filesystem::perms;
  std::error_code error;
  const auto mode = std::filesystem::status(file, error).permissions();
  if (!error && (mode & perms::others_read) != perms::none) {
    return invalid(std::format("{}: everybody may read this token; chmod o-r it", file.string()));
  }
  return {};
}

}  // namespace

Result<std::string> read_token(const os::Path& file) {
  constexpr std::size_t kShortest = 16;
  return os::read_file(file, Bytes{4096})
      .and_then([&](std::string text) {
        return check_private(file).transform([&] { return std::move(text); });
      })
      .and_then([&](std::string text) -> Result<std::string> {
        while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) {
          text.pop_back();
        }
        if (text.size() < kShortest || !std::ranges::all_of(text, is_visible)) {
          return invalid(
              std::format("{}: a token is one line of {} or more visible ASCII characters",
                          file.string(), kShortest));
        }
        return text;
      });
}

os::HttpHandler with_token(std::string token, os::HttpHandler handler) {
  return [token = std::move(token), handler = std::move(handler)](
             const os::HttpRequest& request) -> Result<os::HttpResponse> {
    const auto header = request.headers.find("authorization");
    const std::string_view shown =
        header == request.headers.end() ? std::string_view() : header->second;
    if (shown.starts_with(kScheme) && os::same_secret(shown.substr(kScheme.size()), token)) {
      return handler(request);
    }
    auto refused = api::problem({.status = kUnauthorized,
                                 .detail = "Authorization: Bearer with the server's token is "
                                           "needed",
                                 .errors = {}});
    refused.headers["WWW-Authenticate"] = "Bearer";
    return refused;
  };
}

}  // namespace drover::cli
