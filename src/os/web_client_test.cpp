#include "os/web_client.h"

#include <atomic>
#include <format>
#include <string>

#include <gtest/gtest.h>

#include "os/testing/expect.h"
#include "os/testing/tls_fixture.h"
#include "os/testing/web_server.h"

namespace drover::os {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::FailsWith;
using testing::Flaw;
using testing::IsOk;
using testing::SeenRequest;
using testing::TempDir;
using testing::WebAnswer;
using testing::WebServer;

constexpr const char* kSecret = "s3cret-t0ken";

// A certificate for a server at `address`, of a CA of its own.
class Issued {
 public:
  explicit Issued(const std::string& name, const std::string& address = "") {
    const auto now = RealClock().now();
    auto authority = CertificateAuthority::create(folder_ / "ca", now);
    EXPECT_THAT(authority, IsOk());
    files_ = {.ca = folder_ / "ca" / "ca.crt",
              .certificate = folder_ / "s.crt",
              .key = folder_ / "s.key"};
    CertificateRequest request{.role = "web", .name = name};
    if (!address.empty()) request.addresses.push_back(address);
    EXPECT_THAT(authority->issue(request, files_, now), IsOk());
  }
  [[nodiscard]] const TlsFiles& files() const { return files_; }

 private:
  TempDir folder_;
  TlsFiles files_;
};

WebClient client(const WebClient::Options& options) {
  auto made = WebClient::make(options);
  EXPECT_THAT(made, IsOk());
  return *std::move(made);
}

WebRequest with_secrets(const std::string& path = "/x") {
  return {.path = path,
          .query = {{.name = "token", .value = kSecret, .secret = true}},
          .headers = {{.name = "auth-token", .value = kSecret}}};
}

TEST(WebClient, SendsPathQueryAndHeadersAndReturnsStatusHeadersAndBody) {
  const Issued issued("localhost", "127.0.0.1");
  WebServer server(
      [](const SeenRequest&) {
        return WebAnswer{.status = 429, .body = "slow down", .headers = {{"Retry-After", "7"}}};
      },
      issued.files());
  auto web = client({.base_url = server.url() + "/v3/", .ca_file = issued.files().ca});
  const auto reply = web.get({.path = "/past range",
                              .query = {{.name = "start", .value = "2024-01-01T00:00Z"},
                                        {.name = "k", .value = "a&b=c+d"}},
                              .headers = {{.name = "auth-token", .value = kSecret}}});
  ASSERT_THAT(reply, IsOk());
  EXPECT_EQ(reply->status, 429);
  EXPECT_EQ(reply->body, "slow down");
  EXPECT_EQ(reply->header("retry-after"), "7");
  EXPECT_EQ(reply->header("absent"), std::nullopt);
  ASSERT_EQ(server.seen().size(), 1);
  EXPECT_EQ(server.seen()[0].target(), "/v3/past%20range?start=2024-01-01T00:00Z&k=a%26b%3Dc%2Bd");
  EXPECT_EQ(server.seen()[0].headers.at("auth-token"), kSecret);
  EXPECT_EQ(server.seen()[0].headers.at("accept-encoding"), "identity");
}

TEST(WebClient, AServerOfAnotherCaIsRefusedBeforeItGetsTheSecret) {
  const Issued issued("localhost", "127.0.0.1");
  const Issued other("localhost", "127.0.0.1");
  WebServer server([](const SeenRequest&) { return WebAnswer{}; }, issued.files());
  auto foreign = client({.base_url = server.url(), .ca_file = other.files().ca});
  EXPECT_THAT(foreign.get(with_secrets()), FailsWith(Code::kInvalid, "not trusted"));
  auto system = client({.base_url = server.url()});
  EXPECT_THAT(system.get(with_secrets()), FailsWith(Code::kInvalid, "the system's CAs"));
  EXPECT_TRUE(server.seen().empty());
}

TEST(WebClient, AServerOfAnotherNameIsRefused) {
  const Issued issued("elsewhere.example", "127.0.0.2");
  WebServer server([](const SeenRequest&) { return WebAnswer{}; }, issued.files());
  for (const std::string host : {"127.0.0.1", "localhost"}) {
    auto web = client({.base_url = std::format("https://{}:{}", host, server.port()),
                       .ca_file = issued.files().ca});
    EXPECT_THAT(web.get(with_secrets()), FailsWith(Code::kInvalid, "is not for '" + host + "'"));
  }
  EXPECT_TRUE(server.seen().empty());
}

TEST(WebClient, PlainHttpIsForLoopbackOnlyUnlessAllowed) {
  WebServer server([](const SeenRequest&) { return WebAnswer{.body = "ok"}; });
  EXPECT_THAT(client({.base_url = server.url()}).get({.path = "/"}), IsOk());
  EXPECT_THAT(WebClient::make({.base_url = "http://api.example.org"}),
              FailsWith(Code::kInvalid, "unencrypted"));
  EXPECT_THAT(WebClient::make({.base_url = "http://api.example.org", .plain_http = true}), IsOk());
  EXPECT_THAT(WebClient::make({.base_url = "https://a.example", .ca_file = "/nowhere/ca.crt"}),
              FailsWith(Code::kNotFound, "/nowhere/ca.crt"));
}

TEST(WebClient, ACutAnswerIsAnErrorAndNotAShorterOne) {
  std::atomic<Flaw> flaw = Flaw::kCutBody;
  const Issued issued("localhost", "127.0.0.1");
  for (const bool tls : {false, true}) {
    WebServer server(
        [&](const SeenRequest&) { return WebAnswer{.body = "[1,2,3,4]", .flaw = flaw.load()}; },
        tls ? std::optional(issued.files()) : std::nullopt);
    auto web = client({.base_url = server.url(), .ca_file = issued.files().ca});
    for (const auto how : {Flaw::kCutBody, Flaw::kCutChunk}) {
      flaw = how;
      EXPECT_THAT(web.get(with_secrets()), FailsWith(Code::kUnavailable, "cut"));
    }
  }
}

TEST(WebClient, SilenceAndDrippingEndAtTheirTimeouts) {
  std::atomic<Flaw> flaw = Flaw::kSilence;
  const Issued issued("localhost", "127.0.0.1");
  for (const bool tls : {false, true}) {
    WebServer server(
        [&](const SeenRequest&) {
          return WebAnswer{.body = std::string(5000, 'x'), .flaw = flaw.load()};
        },
        tls ? std::optional(issued.files()) : std::nullopt);
    WebClient::Options options{.base_url = server.url(), .ca_file = issued.files().ca};
    options.read_timeout = milliseconds(100);
    flaw = Flaw::kSilence;
    EXPECT_THAT(client(options).get(with_secrets()),
                FailsWith(Code::kTimeout, "nothing was received for 100ms"));
    options.read_timeout = seconds(5);
    options.call_timeout = milliseconds(150);
    EXPECT_THAT(client(options).get(with_secrets()),
                FailsWith(Code::kTimeout, "no complete answer within 150ms"));
    flaw = Flaw::kDrip;
    EXPECT_THAT(client(options).get(with_secrets()),
                FailsWith(Code::kTimeout, "no complete answer within 150ms"));
  }
}

TEST(WebClient, ABodyOverTheLimitIsNotRead) {
  WebServer server([&](const SeenRequest&) { return WebAnswer{.body = std::string(1001, 'x')}; });
  EXPECT_THAT(client({.base_url = server.url(), .body_limit = Bytes{1001}}).get({.path = "/"}),
              IsOk());
  EXPECT_THAT(client({.base_url = server.url(), .body_limit = Bytes{1000}}).get(with_secrets()),
              FailsWith(Code::kInvalid, "longer than 1000 bytes"));
}

TEST(WebClient, RedirectsAreReturnedAndCompressedAnswersRefused) {
  WebServer server([&](const SeenRequest& request) {
    return request.path == "/moved"
               ? WebAnswer{.status = 301, .headers = {{"Location", "https://evil.example/"}}}
               : WebAnswer{.body = "x", .headers = {{"Content-Encoding", "gzip"}}};
  });
  auto web = client({.base_url = server.url()});
  const auto moved = web.get(with_secrets("/moved"));
  ASSERT_THAT(moved, IsOk());
  EXPECT_EQ(moved->status, 301);
  EXPECT_EQ(server.seen().size(), 1);
  EXPECT_THAT(web.get({.path = "/gzip"}), FailsWith(Code::kInvalid, "compressed"));
}

TEST(WebClient, AnAnswerWithoutABodyHasItsStatusAndHeaders) {
  WebServer server(
      [&](const SeenRequest&) { return WebAnswer{.status = 204, .headers = {{"X-Limit", "5"}}}; });
  const auto reply = client({.base_url = server.url()}).get({.path = "/"});
  ASSERT_THAT(reply, IsOk());
  EXPECT_EQ(reply->status, 204);
  EXPECT_EQ(reply->body, "");
  EXPECT_EQ(reply->header("x-limit"), "5");
}

TEST(WebClient, NobodyListeningIsUnavailable) {
  int port = 0;
  {
    WebServer server([](const SeenRequest&) { return WebAnswer{}; });
    port = server.port();
  }
  auto web = client({.base_url = std::format("http://127.0.0.1:{}", port)});
  EXPECT_THAT(web.get(with_secrets()), FailsWith(Code::kUnavailable, "cannot connect"));
}

TEST(WebClient, AHeaderCannotBeSmuggledIn) {
  WebServer server([](const SeenRequest&) { return WebAnswer{}; });
  auto web = client({.base_url = server.url()});
  EXPECT_THAT(web.get({.path = "/", .headers = {{.name = "auth-token", .value = "a\r\nHost: b"}}}),
              FailsWith(Code::kInvalid, "auth-token"));
  EXPECT_THAT(web.get({.path = "/a\r\nHost: b"}), IsOk());
  ASSERT_EQ(server.seen().size(), 1);
  EXPECT_EQ(server.seen()[0].path, "/a%0D%0AHost:%20b");
}

TEST(WebClient, NoErrorHoldsASecret) {
  const Issued issued("localhost", "127.0.0.1");
  const Issued other("localhost", "127.0.0.1");
  std::vector<WebAnswer> answers = {{.body = "12", .flaw = Flaw::kCutBody},
                                    {.body = "12", .flaw = Flaw::kCutChunk},
                                    {.flaw = Flaw::kSilence},
                                    {.body = std::string(100, 'x')}};
  for (const auto& answer : answers) {
    WebServer server([&](const SeenRequest&) { return answer; }, issued.files());
    auto request = with_secrets();
    for (const auto& ca : {issued.files().ca, other.files().ca}) {
      auto web = client({.base_url = server.url(),
                         .ca_file = ca,
                         .read_timeout = milliseconds(50),
                         .body_limit = Bytes{50}});
      const auto reply = web.get(request);
      ASSERT_FALSE(reply);
      EXPECT_FALSE(reply.error().what.contains(kSecret)) << reply.error().what;
      EXPECT_TRUE(reply.error().what.contains("token=***")) << reply.error().what;
    }
  }
}

TEST(WebAddress, SaysWhatIsWrong) {
  const auto full = parse_web_address("https://api.example.org:8443/a/v3//");
  ASSERT_THAT(full, IsOk());
  EXPECT_TRUE(full->tls);
  EXPECT_EQ(full->host, "api.example.org");
  EXPECT_EQ(full->port, 8443);
  EXPECT_EQ(full->prefix, "/a/v3");
  const auto six = parse_web_address("http://[::1]:80");
  ASSERT_THAT(six, IsOk());
  EXPECT_EQ(six->host, "::1");
  EXPECT_TRUE(is_loopback(six->host));
  EXPECT_EQ(parse_web_address("https://a.example").value().port, 443);
  for (const char* bad : {"", "ftp://a", "https://", "https://a:0", "https://a:65536",
                          "https://a:1x", "https://a b", "https://a?x=1", "https://a#b",
                          "https://[::1", "https://[x]", "a.example", "https://[::1]x"}) {
    EXPECT_EQ(parse_web_address(bad).error().code, Code::kInvalid) << bad;
  }
  const auto user = parse_web_address("https://me:s3cret@a.example");
  ASSERT_FALSE(user);
  EXPECT_FALSE(user.error().what.contains("s3cret"));
}

TEST(WebAddress, OnlyThisMachineIsLoopback) {
  for (const char* own : {"localhost", "127.0.0.1", "127.9.9.9", "::1"}) {
    EXPECT_TRUE(is_loopback(own)) << own;
  }
  for (const char* other :
       {"127.0.0.1.example", "10.0.0.1", "128.0.0.1", "localhost.example", ""}) {
    EXPECT_FALSE(is_loopback(other)) << other;
  }
}

}  // namespace
}  // namespace drover::os
