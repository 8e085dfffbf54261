#include "carbon/gridapi/caller.h"

#include <algorithm>
#include <format>
#include <utility>

#include <nlohmann/json.hpp>

#include "carbon/given.h"

namespace drover::carbon::gridapi {
namespace {

constexpr int kUnauthorized = 401;
constexpr int kForbidden = 403;
constexpr int kNotFound = 404;
constexpr int kTooMany = 429;

bool is_success(int status) { return status >= 200 && status < 300; }

// Of {"error":"..."}, {"error":{"message":"..."}}, problem details, and XML with a <text>.
std::string said_in(const std::string& body) {
  const auto json = nlohmann::json::parse(body, nullptr, false);
  for (const char* place : {"/error/message", "/message", "/detail", "/error", "/title"}) {
    const nlohmann::json::json_pointer pointer(place);
    if (json.is_object() && json.contains(pointer) && json.at(pointer).is_string()) {
      return json.at(pointer).get<std::string>();
    }
  }
  constexpr std::string_view kOpen = "<text>";
  if (const auto open = body.find(kOpen); open != std::string::npos) {
    const auto begin = open + kOpen.size();
    return body.substr(begin, std::min(body.find('<', begin), body.size()) - begin);
  }
  return body;
}

std::string advice(int status, const os::WebReply& reply) {
  if (status == kUnauthorized) {
    return "; look at the credentials in the configuration";
  }
  if (status == kForbidden) {
    return "; the credentials do not allow this";
  }
  const auto location = reply.header("location");
  return location ? std::format("; it moved to {}, set base_url to it", shown(*location)) : "";
}

}  // namespace

std::unexpected<Error> status_error(const os::WebReply& reply) {
  const int status = reply.status;
  const auto code = status == kNotFound ? Code::kNotFound
                    : may_pass(status)  ? Code::kUnavailable
                                        : Code::kInvalid;
  const auto said = said_in(reply.body);
  return std::unexpected(
      Error{code, std::format("the service answers {}{}{}", status,
                              said.empty() ? "" : ": " + shown(said), advice(status, reply))});
}

void Caller::block(Duration span, std::string because) {
  blocked_until_ = now() + span;
  blocked_because_ = std::move(because);
}

Result<> Caller::wait_for_turn() {
  if (blocked_until_ && now() < *blocked_until_) {
    return unavailable(std::format("{} until {}", blocked_because_, format_time(*blocked_until_)));
  }
  for (auto wait = bucket_.take(now()); wait > Duration{0}; wait = bucket_.take(now())) {
    if (!outside_.wait(wait)) {
      return unavailable("stopped while waiting for the service's rate limit");
    }
  }
  return {};
}

// How long until the next attempt; absent: this was the last one.
std::optional<Duration> Caller::wait_after(const Result<os::WebReply>& reply, int failures) {
  const bool hopeless = reply ? !may_pass(reply->status) : reply.error().code == Code::kInvalid;
  if (hopeless) {
    return std::nullopt;
  }
  std::optional<Duration> asked;
  if (reply) {
    if (const auto header = reply->header("retry-after")) {
      asked = retry_after(*header, now());
    }
    if (!asked && reply->status == kTooMany && limits_.ban > Duration{0}) {
      asked = limits_.ban;
    }
  }
  const auto wait = std::max(backoff_wait(limits_.backoff, failures, outside_.chance()),
                             asked.value_or(Duration{0}));
  if (asked && (*asked > limits_.backoff.longest || failures >= limits_.backoff.attempts)) {
    block(*asked, "the service asked to be left alone");
    return std::nullopt;
  }
  if (failures < limits_.backoff.attempts) {
    return wait;
  }
  block(limits_.rest, "the service has just failed and is left alone");
  return std::nullopt;
}

Result<os::WebReply> Caller::ask(const os::WebRequest& request, bool reveal) {
  for (int failures = 1;; ++failures) {
    if (auto turn = wait_for_turn(); !turn) {
      return std::unexpected(turn.error());
    }
    auto reply = outside_.get(request);
    const bool good = reply && is_success(reply->status);
    const auto wait = good ? std::nullopt : wait_after(reply, failures);
    if (!wait) {
      if (reply && !reveal) {
        reply->body = secrets_->scrubbed(std::move(reply->body));
      }
      return reply.transform_error([&](Error error) {
        error.what = secrets_->scrubbed(std::move(error.what));
        return error;
      });
    }
    if (!outside_.wait(*wait)) {
      return unavailable("stopped while waiting to ask again");
    }
  }
}

Result<std::string> Caller::body(const os::WebRequest& request) {
  return ask(request).and_then([](os::WebReply reply) -> Result<std::string> {
    if (!is_success(reply.status)) {
      return status_error(reply);
    }
    return std::move(reply.body);
  });
}

}  // namespace drover::carbon::gridapi
