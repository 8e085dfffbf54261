#include "cli/guarded.h"

#include <algorithm>
#include <format>

namespace drover::cli {
namespace {

constexpr int kForbidden = 403;

}  // namespace

os::HttpHandler guarded(std::vector<std::string> identities, os::HttpHandler handler) {
  return [identities = std::move(identities), handler = std::move(handler)](
             const os::HttpRequest& request) -> Result<os::HttpResponse> {
    if (!std::ranges::contains(identities, request.peer)) {
      auto refused = os::error_response(
          {.code = Code::kInvalid, .what = std::format("'{}' may not do this", request.peer)});
      refused.status = kForbidden;
      return refused;
    }
    return handler(request);
  };
}

}  // namespace drover::cli
