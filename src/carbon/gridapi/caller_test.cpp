// The caller against a real server over TLS: what passes, what is asked again, and what is told.
#include "carbon/gridapi/caller.h"

#include <string>

#include <gtest/gtest.h>

#include "carbon/gridapi/service_test.h"

namespace drover::carbon::gridapi {
namespace {

using os::testing::FailsWith;
using os::testing::Flaw;
using os::testing::IsOk;
using std::chrono::minutes;
using std::chrono::seconds;

class CallerTest : public ::testing::Test {
 protected:
  Caller caller(CallLimits limits = {}) {
    auto secrets = std::make_shared<Secrets>();
    secrets->add(kTestToken);
    return {service_.outside(), limits, secrets};
  }

  Service service_;
  os::WebRequest request_{.path = "/x",
                          .query = {{.name = "key", .value = kTestToken, .secret = true}},
                          .headers = {{.name = "auth-token", .value = kTestToken}}};
};

TEST_F(CallerTest, WhatPassesIsAskedAgainWithGrowingWaits) {
  service_.on("/x", {.status = 503});
  service_.on("/x", {.status = 500});
  service_.on("/x", {.body = "cut in the middle", .flaw = Flaw::kCutBody});
  service_.on("/x", "fine");
  EXPECT_EQ(caller().body(request_), "fine");
  EXPECT_EQ(service_.waits, (std::vector<Duration>{Duration{750}, Duration{1500}, Duration{3000}}));
}

TEST_F(CallerTest, AfterTheLastAttemptTheLastAnswerIsTold) {
  service_.on("/x", {.status = 503, .body = "down for repair"});
  EXPECT_THAT(caller().body(request_),
              FailsWith(Code::kUnavailable, "the service answers 503: 'down for repair'"));
  EXPECT_EQ(service_.targets().size(), 4);
}

TEST_F(CallerTest, AfterThatOtherCallsDoNotWaitForTheSameServiceForAWhile) {
  service_.on("/x", {.status = 503});
  service_.on("/y", "fine");
  auto asking = caller();
  EXPECT_THAT(asking.body(request_), FailsWith(Code::kUnavailable, "503"));
  EXPECT_THAT(asking.body({.path = "/y"}), FailsWith(Code::kUnavailable, "has just failed"));
  service_.clock.advance(seconds{10});
  EXPECT_EQ(asking.body({.path = "/y"}), "fine");
}

TEST_F(CallerTest, SilenceIsATimeoutAfterAllAttempts) {
  service_.on("/x", {.flaw = Flaw::kSilence});
  EXPECT_THAT(caller().body(request_), FailsWith(Code::kTimeout, "nothing was received"));
  EXPECT_EQ(service_.targets().size(), 4);
}

TEST_F(CallerTest, WhatIsWrongWithTheRequestIsNotRepeated) {
  struct Case {
    int status;
    Code code;
    const char* body;
    const char* text;
  };
  const Case cases[] = {
      {400, Code::kInvalid, R"({"error":{"code":"400 Bad Request","message":"bad date"}})",
       "400: 'bad date'"},
      {401, Code::kInvalid, R"({"error":"Invalid auth-token"})", "look at the credentials"},
      {403, Code::kInvalid, R"({"message":"not in your plan"})", "'not in your plan'; the cred"},
      {404, Code::kNotFound, R"({"title":"No such location","status":404})", "No such location"},
      {501, Code::kInvalid, "", "the service answers 501"},
      {400, Code::kInvalid, "<Reason><code>999</code><text>wrong domain</text></Reason>",
       "'wrong domain'"},
  };
  for (const auto& [status, code, body, text] : cases) {
    service_.forget("/x");
    service_.on("/x", {.status = status, .body = body});
    EXPECT_THAT(caller().body(request_), FailsWith(code, text));
  }
  EXPECT_EQ(service_.targets().size(), std::size(cases));
  EXPECT_TRUE(service_.waits.empty());
}

TEST_F(CallerTest, ARedirectIsToldAndNotFollowed) {
  service_.on("/x", {.status = 302, .headers = {{"Location", "https://elsewhere.example/v4"}}});
  EXPECT_THAT(caller().body(request_),
              FailsWith(Code::kInvalid, "it moved to 'https://elsewhere.example/v4'"));
  EXPECT_EQ(service_.targets().size(), 1);
}

TEST_F(CallerTest, AShortRetryAfterIsWaitedFor) {
  service_.on("/x", {.status = 429, .headers = {{"Retry-After", "20"}}});
  service_.on("/x", "fine");
  EXPECT_EQ(caller().body(request_), "fine");
  EXPECT_EQ(service_.waits, (std::vector<Duration>{seconds{20}}));
}

TEST_F(CallerTest, ALongRetryAfterIsKeptToWithoutAsking) {
  service_.on("/x", {.status = 429, .body = "slow down", .headers = {{"Retry-After", "600"}}});
  service_.on("/x", "fine");
  auto asking = caller();
  EXPECT_THAT(asking.body(request_), FailsWith(Code::kUnavailable, "429: 'slow down'"));
  service_.clock.advance(seconds{599});
  EXPECT_THAT(asking.body(request_), FailsWith(Code::kUnavailable, "until 2024-03-01T10:30:00Z"));
  EXPECT_EQ(service_.targets().size(), 1);
  service_.clock.advance(seconds{1});
  EXPECT_EQ(asking.body(request_), "fine");
  EXPECT_TRUE(service_.waits.empty());
}

TEST_F(CallerTest, AServiceThatBansIsLeftAloneEvenIfItDoesNotSaySo) {
  service_.on("/x", {.status = 429});
  service_.on("/x", "fine");
  auto asking = caller({.rate = {}, .backoff = {}, .ban = minutes{10}});
  EXPECT_THAT(asking.body(request_), FailsWith(Code::kUnavailable, "429"));
  EXPECT_THAT(asking.body(request_), FailsWith(Code::kUnavailable, "left alone"));
  service_.clock.advance(minutes{10});
  EXPECT_EQ(asking.body(request_), "fine");
}

TEST_F(CallerTest, TheRateIsKept) {
  service_.on("/x", "fine");
  auto asking = caller({.rate = {.calls = 2, .period = seconds{60}}, .backoff = {}});
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(asking.body(request_), "fine");
  }
  EXPECT_EQ(service_.waits, (std::vector<Duration>{seconds{30}, seconds{30}}));
}

TEST_F(CallerTest, AWaitThatIsInterruptedEndsTheCall) {
  service_.on("/x", {.status = 503});
  auto outside = service_.outside();
  outside.wait = [](Duration) { return false; };
  Caller asking(outside, {}, std::make_shared<Secrets>());
  EXPECT_THAT(asking.body(request_), FailsWith(Code::kUnavailable, "stopped"));
}

TEST_F(CallerTest, NoMessageHoldsTheTokenWhateverTheServiceRepeats) {
  const std::string echo = std::string("your key ") + kTestToken + " (s3cret-t0ken%2Fwith%2Bsigns)";
  const os::testing::WebAnswer answers[] = {
      {.status = 400, .body = echo},
      {.status = 401, .body = R"({"error":")" + echo + R"("})"},
      {.status = 429, .body = echo, .headers = {{"Retry-After", "900"}}},
      {.status = 503, .body = echo},
      {.status = 500, .body = std::string(100, 'x') + echo},
      {.body = echo, .flaw = Flaw::kCutBody},
      {.body = echo, .flaw = Flaw::kSilence},
      {.body = std::string(2 << 20, 'x')},
  };
  for (const auto& answer : answers) {
    service_.forget("/x");
    service_.on("/x", answer);
    const auto body = caller().body(request_);
    ASSERT_FALSE(body);
    EXPECT_FALSE(body.error().what.contains("s3cret")) << body.error().what;
  }
  service_.forget("/x");
  service_.on("/x", echo);
  EXPECT_EQ(caller().body(request_), "your key *** (***)");
}

}  // namespace
}  // namespace drover::carbon::gridapi
