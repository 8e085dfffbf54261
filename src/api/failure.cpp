#include "api/failure.h"

#include <format>

namespace drover::api {
namespace {

int status_of(Code code) {
  switch (code) {
    case Code::kInvalid:
      return kBadRequest;
    case Code::kNotFound:
      return kNotFound;
    case Code::kConflict:
      return kConflict;
    case Code::kUnavailable:
      return kUnavailable;
    case Code::kTimeout:
      return kTimeout;
    case Code::kInternal:
      return kInternalError;
  }
  return kInternalError;
}

}  // namespace

std::unexpected<Failure> bad_parameter(const std::string& name, const std::string& message) {
  return std::unexpected(Failure{.status = kBadRequest,
                                 .detail = std::format("{}: {}", name, message),
                                 .errors = {{name, {message}}}});
}

Failure failure_of(const Error& error) {
  return {.status = status_of(error.code), .detail = error.what, .errors = {}};
}

Failure failure_about(const std::string& name, int status, const Error& error) {
  return {.status = status,
          .detail = std::format("{}: {}", name, error.what),
          .errors = {{name, {error.what}}}};
}

std::string shown(std::string_view text) {
  constexpr std::size_t kShown = 60;
  return text.size() <= kShown ? std::format("'{}'", text)
                               : std::format("'{}…'", text.substr(0, kShown));
}

}  // namespace drover::api
