#include "os/http.h"

#include <array>
#include <format>

#include <nlohmann/json.hpp>

namespace drover::os {

namespace {

struct CodeStatus {
  Code code;
  int status;
};

constexpr std::array kStatuses = {
    CodeStatus{.code = Code::kInvalid, .status = 400},
    CodeStatus{.code = Code::kNotFound, .status = 404},
    CodeStatus{.code = Code::kConflict, .status = 409},
    CodeStatus{.code = Code::kInternal, .status = 500},
    CodeStatus{.code = Code::kUnavailable, .status = 503},
    CodeStatus{.code = Code::kTimeout, .status = 504},
};

// For answers that are not ours: any other 4xx is about our request, any other 5xx about the peer.
Code code_of(int status) {
  for (const auto& entry : kStatuses) {
    if (entry.status == status) return entry.code;
  }
  return status < 500 ? Code::kInvalid : Code::kUnavailable;
}

Code code_named(std::string_view name, int status) {
  for (const auto& entry : kStatuses) {
    if (to_string(entry.code) == name) return entry.code;
  }
  return code_of(status);
}

}  // namespace

std::string HttpRequest::param(std::string_view name) const {
  const std::string key(name);
  if (const auto found = path_params.find(key); found != path_params.end()) return found->second;
  if (const auto found = query.find(key); found != query.end()) return found->second;
  return {};
}

int status_of(Code code) {
  for (const auto& entry : kStatuses) {
    if (entry.code == code) return entry.status;
  }
  return 500;
}

HttpResponse error_response(const Error& error) {
  return error_response_with(error, status_of(error.code));
}

// Error texts may quote bytes of outside data; those that are not UTF-8 are replaced rather than
// refused.
HttpResponse error_response_with(const Error& error, int status) {
  const nlohmann::json body = {
      {"error", {{"code", to_string(error.code)}, {"message", error.what}}}};
  return json_response(body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), status);
}

HttpResponse json_response(std::string body, int status) {
  return {.status = status,
          .content_type = "application/json",
          .body = std::move(body),
          .headers = {},
          .stream = {}};
}

Error parse_error(int status, std::string_view body) {
  const auto json = nlohmann::json::parse(body, nullptr, false);
  const auto field = [&](const char* name) -> std::string {
    const auto pointer = nlohmann::json::json_pointer(std::string("/error/") + name);
    if (json.is_discarded() || !json.contains(pointer) || !json.at(pointer).is_string()) return {};
    return json.at(pointer).get<std::string>();
  };
  constexpr std::size_t kShown = 200;
  auto message = field("message");
  if (message.empty()) message = std::format("HTTP status {}: {}", status, body.substr(0, kShown));
  return {.code = code_named(field("code"), status), .what = std::move(message)};
}

}  // namespace drover::os
