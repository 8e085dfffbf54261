// Whatever is asked, the answer is JSON that says what it is, and nothing falls over.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "api/http/api_fixture_test.h"

namespace drover::api::testing {
namespace {

class AnyRequest : public ApiTest {
 protected:
  static std::string any_value() {
    return *rc::gen::oneOf(
        rc::gen::element<std::string>("DE", "FR", "GAP", "OLD", "TWO", "SYN-DE", "", "0", "1", "24",
                                      "-1", "744", "60", "1e9", "average", "direct", "measured",
                                      "persistence", "9223372036854775807", "0001-01-01T00:00:00Z",
                                      "9999-12-31T23:59:59Z", "2025-06-05T10:00:00Z",
                                      "2025-06-02T00:00:00+05:30", "2025-06-01T00Z", "2025-02-30",
                                      "\xff\xfe", "a\0b", "'\"\\"),
        rc::gen::string<std::string>());
  }
  static std::string any_name() {
    return *rc::gen::oneOf(
        rc::gen::element<std::string>("location", "locations", "time", "toTime", "startTime",
                                      "endTime", "dataStartAt", "dataEndAt", "windowSize", "from",
                                      "to", "at", "hours", "model", "kind", "scope", "basis",
                                      "source", "reported", "known_at", "limit", "cursor"),
        rc::gen::string<std::string>());
  }
  static std::string any_body() {
    auto item = json::object();
    const int members = *rc::gen::inRange(0, 6);
    for (int i = 0; i < members; ++i) {
      const auto name = *rc::gen::element<std::string>("location", "requestedAt", "dataStartAt",
                                                       "dataEndAt", "windowSize", "startTime",
                                                       "endTime", "duration", "Location");
      const auto number = *rc::gen::arbitrary<std::int64_t>();
      item[name] = *rc::gen::arbitrary<bool>() ? json(any_value()) : json(number);
    }
    const auto text = item.dump(-1, ' ', false, json::error_handler_t::replace);
    const std::vector<std::string> bodies = {text, "[" + text + "]", "[" + text + "," + text + "]",
                                             text.substr(0, text.size() / 2), ""};
    return *rc::gen::elementOf(bodies);
  }

  static bool is_sound(const HttpResponse& response) {
    if (response.status == 204) {
      return response.body.empty();
    }
    const auto body = json::parse(response.body, nullptr, false);
    if (response.status == 200) {
      return response.content_type == "application/json" && !body.is_discarded();
    }
    return response.content_type == "application/problem+json" &&
           body.value("status", 0) == response.status && body["detail"].is_string() &&
           (response.status < 500 || response.status == 501);
  }

  void check() {
    const auto routes = carbon_routes();
    const auto& chosen = routes[*rc::gen::inRange<std::size_t>(0, routes.size())];
    os::HttpRequest request{.method = std::string(chosen.method), .path = std::string(chosen.path)};
    request.path_params["zone"] = any_value();
    const int parameters = *rc::gen::inRange(0, 6);
    for (int i = 0; i < parameters; ++i) {
      request.query.emplace(any_name(), any_value());
    }
    request.body = any_body();
    const auto response =
        answer({.data = data_, .clock = clock_, .otherwise = otherwise_}, chosen, request);
    RC_LOG() << chosen.method << " " << chosen.path << " -> " << response.status << "\n";
    RC_ASSERT(is_sound(response));
  }
};

RC_GTEST_FIXTURE_PROP(AnyRequest, HasAnAnswerInJson, ()) {
  for (int request = 0; request < 30; ++request) check();
}

}  // namespace
}  // namespace drover::api::testing
