// Server and client together, over loopback.
#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <format>
#include <latch>
#include <thread>

#include <gtest/gtest.h>

#include "os/clock.h"
#include "os/command.h"
#include "os/http_client.h"
#include "os/http_server.h"
#include "os/testing/expect.h"
#include "os/testing/tls_fixture.h"

namespace drover::os {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::FailsWith;
using testing::IsOk;
using testing::TlsFixture;

constexpr std::string_view kLocalhost = "127.0.0.1";

class Http : public ::testing::Test {
 protected:
  void SetUp() override {
    operator_ = tls_.issue("operator", "me");
    make_server({.tls = tls_.issue("node", "n1")});
  }

  void make_server(const HttpServer::Options& options) {
    auto made = HttpServer::make(options);
    ASSERT_THAT(made, IsOk());
    server_.emplace(std::move(*made));
    add_routes();
    const auto port = server_->bind(std::string(kLocalhost), port_);
    ASSERT_THAT(port, IsOk());
    port_ = *port;
    ASSERT_THAT(server_->start(), IsOk());
  }

  void add_routes() {
    server_->on("GET", "/pods/:pod", [](const HttpRequest& r) -> Result<HttpResponse> {
      return json_response(std::format("{} {} {}", r.param("pod"), r.param("node"), r.peer));
    });
    server_->on("GET", "/missing", [](const HttpRequest&) -> Result<HttpResponse> {
      return not_found("pod 'redis' does not exist");
    });
    server_->on("GET", "/throws",
                [](const HttpRequest&) -> Result<HttpResponse> { throw std::runtime_error("x"); });
    server_->on("POST", "/echo", [this](const HttpRequest& r) -> Result<HttpResponse> {
      ++calls_;
      return json_response(r.body);
    });
    server_->on("DELETE", "/pods/:pod", [](const HttpRequest& r) -> Result<HttpResponse> {
      return json_response(r.param("pod"));
    });
    server_->on_upload("PUT", "/images/:id",
                       [](const HttpRequest& r, BodySource& body) { return count_bytes(r, body); });
    server_->on("GET", "/events", [this](const HttpRequest&) -> Result<HttpResponse> {
      return HttpResponse{.content_type = "text/event-stream",
                          .stream = [this](ResponseStream& out) { return send_events(out); }};
    });
    server_->on("GET", "/slow", [](const HttpRequest&) -> Result<HttpResponse> {
      pause_for(milliseconds(300));
      return json_response("{}");
    });
  }

  static Result<HttpResponse> count_bytes(const HttpRequest& request, BodySource& body) {
    std::size_t size = 0;
    if (request.param("id") == "refused") return conflict("not expected here");
    return body
        .read([&](std::span<const std::byte> chunk) -> Result<> {
          size += chunk.size();
          if (request.param("id") == "half" && size > 100000) return conflict("enough");
          return {};
        })
        .transform([&] { return json_response(std::to_string(size)); });
  }

  Result<> send_events(ResponseStream& out) {
    for (int i = 0; out.open(); ++i) {
      if (auto sent = out.write(std::format("data: {}\n\n", i)); !sent) return sent;
      pause_for(milliseconds(5));
    }
    stream_ended_ = true;
    return {};
  }

  HttpClient client(const std::string& expected = "node:n1") {
    auto made = HttpClient::make({.address = std::string(kLocalhost),
                                  .port = port_,
                                  .tls = operator_,
                                  .expected_peer = expected});
    EXPECT_THAT(made, IsOk());
    return std::move(*made);
  }

  static ChunkSource bytes(std::size_t total) {
    return [left = total](std::span<std::byte> into) mutable -> Result<std::size_t> {
      const auto size = std::min(left, into.size());
      std::ranges::fill(into.first(size), std::byte{7});
      left -= size;
      return size;
    };
  }

  TlsFixture tls_;
  TlsFiles operator_;
  int port_ = 0;
  std::atomic<int> calls_{0};
  std::atomic<bool> stream_ended_{false};
  std::optional<HttpServer> server_;
};

TEST_F(Http, TellsWhoAsksForWhat) {
  const auto reply = client().get("/pods/redis%20a?node=x");
  ASSERT_THAT(reply, IsOk());
  EXPECT_EQ(reply->body, "redis a x operator:me");
  EXPECT_EQ(reply->content_type, "application/json");
}

TEST_F(Http, ErrorsCrossTheWireWithTheirCode) {
  auto c = client();
  EXPECT_THAT(c.get("/missing"), FailsWith(Code::kNotFound, "pod 'redis' does not exist"));
  EXPECT_THAT(c.get("/nowhere"), FailsWith(Code::kNotFound, "GET /nowhere"));
  EXPECT_THAT(c.post("/nowhere", "body"), FailsWith(Code::kNotFound, "POST /nowhere"));
  EXPECT_THAT(c.get("/throws"), FailsWith(Code::kInternal, "a handler threw"));
  EXPECT_THAT(c.get("/pods/a"), IsOk());
}

TEST_F(Http, BodiesGoBothWays) {
  auto c = client();
  const std::string body(1 << 20, 'x');
  EXPECT_EQ(c.post("/echo", body)->body, body);
  EXPECT_EQ(c.post("/echo", "")->body, "");
  EXPECT_EQ(c.call({.method = "DELETE", .path = "/pods/a"})->body, "a");
}

TEST_F(Http, ABodyOverTheLimitIsRefusedAndTheConnectionStaysGood) {
  server_->stop();
  make_server({.tls = tls_.issue("node", "n1"), .body_limit = Bytes{1000}});
  auto c = client();
  EXPECT_THAT(c.post("/echo", std::string(500000, 'x')), FailsWith(Code::kInvalid, "1000 bytes"));
  EXPECT_EQ(c.post("/echo", "short")->body, "short");
}

TEST_F(Http, UploadsStream) {
  auto c = client();
  constexpr std::size_t kSize = 50'000'001;
  EXPECT_EQ(c.upload({.method = "PUT", .path = "/images/a"}, bytes(kSize))->body,
            std::to_string(kSize));
  EXPECT_EQ(c.upload({.method = "PUT", .path = "/images/a"}, bytes(0))->body, "0");
}

TEST_F(Http, ARefusedUploadGetsItsReason) {
  auto c = client();
  EXPECT_THAT(c.upload({.method = "PUT", .path = "/images/refused"}, bytes(5'000'000)),
              FailsWith(Code::kConflict, "not expected here"));
  EXPECT_THAT(c.upload({.method = "PUT", .path = "/images/half"}, bytes(5'000'000)),
              FailsWith(Code::kConflict, "enough"));
  EXPECT_EQ(c.upload({.method = "PUT", .path = "/images/a"}, bytes(10))->body, "10");
}

TEST_F(Http, AFailingSourceEndsTheUploadWithItsError) {
  auto c = client();
  int chunks = 0;
  const auto source = [&](std::span<std::byte> into) -> Result<std::size_t> {
    if (++chunks == 3) return unavailable("disk gone");
    return into.size();
  };
  EXPECT_THAT(c.upload({.method = "PUT", .path = "/images/a"}, source),
              FailsWith(Code::kUnavailable, "disk gone"));
  EXPECT_THAT(c.get("/pods/a"), IsOk());
}

TEST_F(Http, ResponsesStreamUntilTheReaderHasEnough) {
  auto c = client();
  std::string got;
  const auto sink = [&](std::span<const std::byte> chunk) -> Result<> {
    got.append(reinterpret_cast<const char*>(chunk.data()), chunk.size());
    if (got.contains("data: 3\n")) return conflict("enough");
    return {};
  };
  EXPECT_THAT(c.download({.path = "/events"}, sink), FailsWith(Code::kConflict, "enough"));
  EXPECT_TRUE(got.starts_with("data: 0\n\ndata: 1\n\n"));
  EXPECT_THAT(c.download({.path = "/missing"}, sink), FailsWith(Code::kNotFound, "redis"));
}

TEST_F(Http, StopEndsStreamsAndConnections) {
  auto c = client();
  std::latch started(1);
  std::jthread reader([&] {
    std::once_flag once;
    EXPECT_FALSE(c.download({.path = "/events", .timeout = seconds(2)},
                            [&](std::span<const std::byte>) -> Result<> {
                              std::call_once(once, [&] { started.count_down(); });
                              return {};
                            })
                     .has_value() &&
                 !stream_ended_);
  });
  started.wait();
  const Stopwatch watch;
  server_->stop();
  EXPECT_LT(watch.elapsed(), seconds(1));
  EXPECT_TRUE(stream_ended_);
}

TEST_F(Http, ACallCanBeCanceled) {
  auto c = client();
  std::atomic<bool> started{false};
  std::jthread canceler([&] {
    for (int i = 0; i < 1000 && !started; ++i) pause_for(milliseconds(1));
    c.cancel();
  });
  EXPECT_THAT(c.download({.path = "/events"},
                         [&](std::span<const std::byte>) -> Result<> {
                           started = true;
                           return {};
                         }),
              FailsWith(Code::kUnavailable, "canceled"));
}

TEST_F(Http, NoAnswerInTimeIsATimeout) {
  auto c = client();
  EXPECT_THAT(c.call({.path = "/slow", .timeout = milliseconds(50)}),
              FailsWith(Code::kTimeout, "no answer within 50ms"));
  EXPECT_THAT(c.call({.path = "/slow"}), IsOk());
}

TEST_F(Http, RefusedIsUnavailableAndNamesThePeer) {
  server_->stop();
  EXPECT_THAT(client().get("/x"),
              FailsWith(Code::kUnavailable, std::format("127.0.0.1:{}/x (node:n1)", port_)));
}

TEST_F(Http, ADeadKeptConnectionIsReplacedOnlyForIdempotentCalls) {
  auto c = client();
  ASSERT_THAT(c.get("/pods/a"), IsOk());
  server_->stop();
  make_server({.tls = tls_.issue("node", "n1")});
  EXPECT_THAT(c.get("/pods/a"), IsOk());
  server_->stop();
  make_server({.tls = tls_.issue("node", "n1")});
  EXPECT_THAT(c.post("/echo", "x", true), IsOk());
  EXPECT_EQ(calls_, 1);
}

TEST_F(Http, TheServerMustBeTheExpectedOne) {
  EXPECT_THAT(client("node:n2").get("/pods/a"),
              FailsWith(Code::kUnavailable, "its certificate says 'node:n1'"));
}

TEST_F(Http, TheServerMustBeOfOurCa) {
  TlsFixture other;
  auto files = operator_;
  files.ca = other.issue("operator", "me").ca;
  auto c = HttpClient::make({.address = std::string(kLocalhost),
                             .port = port_,
                             .tls = files,
                             .expected_peer = "node:n1"});
  ASSERT_THAT(c, IsOk());
  EXPECT_THAT(c->get("/pods/a"), FailsWith(Code::kUnavailable, "not the expected peer"));
}

TEST_F(Http, TheClientMustBeOfOurCa) {
  TlsFixture other;
  auto files = other.issue("operator", "me");
  files.ca = operator_.ca;
  auto c = HttpClient::make({.address = std::string(kLocalhost),
                             .port = port_,
                             .tls = files,
                             .expected_peer = "node:n1"});
  ASSERT_THAT(c, IsOk());
  EXPECT_THAT(c->get("/pods/a"), FailsWith(Code::kUnavailable, ""));
  const auto anonymous =
      run({.argv = {"curl", "-sk", std::format("https://127.0.0.1:{}/pods/a", port_)}});
  ASSERT_THAT(anonymous, IsOk());
  EXPECT_FALSE(anonymous->ok());
  EXPECT_EQ(anonymous->out, "");
}

TEST_F(Http, AnExpiredCertificateIsRefused) {
  server_->stop();
  port_ = 0;
  make_server({.tls = tls_.issue("node", "n1", RealClock().now() - std::chrono::days(400))});
  EXPECT_THAT(client().get("/pods/a"), FailsWith(Code::kUnavailable, "expired"));
}

TEST_F(Http, SpeaksTls13Only) {
  const auto& files = operator_;
  const auto url = std::format("https://127.0.0.1:{}/pods/a", port_);
  const std::vector<std::string> argv = {"curl",  "-sk",    "--cert", files.certificate,
                                         "--key", files.key};
  auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), argv.begin(), argv.end());
    more.push_back(url);
    return run({.argv = std::move(more)});
  };
  EXPECT_EQ(with({})->out, "a  operator:me");
  EXPECT_FALSE(with({"--tls-max", "1.2"})->ok());
}

TEST_F(Http, RefusesUnreadWhatItDoesNotTakePartIn) {
  const auto& files = operator_;
  const auto status = [&](std::vector<std::string> more) {
    const auto base = std::format("https://127.0.0.1:{}", port_);
    more.insert(more.begin(), {"curl", "-sk", "-o", "/dev/null", "-w", "%{http_code}", "--cert",
                               files.certificate, "--key", files.key});
    more.back() = base + more.back();
    return run({.argv = std::move(more)})->out;
  };
  EXPECT_EQ(status({"/pods/a"}), "200");
  EXPECT_NE(status({"-F", "a=b", "/echo"}), "200");
  EXPECT_NE(status({"-d", "x", "-H", "Content-Encoding: gzip", "/echo"}), "200");
  EXPECT_NE(status({"-XGET", "-d", "x", "/pods/a"}), "200");
  EXPECT_EQ(calls_, 0);
  EXPECT_THAT(client().get("/pods/a"), IsOk());
}

TEST_F(Http, ATakenPortSaysWhatToDo) {
  auto other = HttpServer::make({.tls = tls_.issue("node", "n2")});
  ASSERT_THAT(other, IsOk());
  EXPECT_THAT(
      other->bind("127.0.0.1", port_, "--listen"),
      FailsWith(
          Code::kUnavailable,
          std::format("127.0.0.1:{}: the address is in use; free it or change --listen", port_)));
  EXPECT_THAT(other->bind("192.0.2.1", 1234), FailsWith(Code::kNotFound, "192.0.2.1:1234"));
  EXPECT_THAT(other->bind("x", 1234), FailsWith(Code::kInvalid, "x:1234"));
}

TEST_F(Http, ClientsMayConnectBeforeItServes) {
  auto late = HttpServer::make({.tls = tls_.issue("node", "n1")});
  ASSERT_THAT(late, IsOk());
  late->on("GET", "/x",
           [](const HttpRequest&) -> Result<HttpResponse> { return json_response("1"); });
  port_ = *late->bind(std::string(kLocalhost), 0);
  std::jthread early([&] { EXPECT_EQ(client().get("/x")->body, "1"); });
  pause_for(milliseconds(30));
  EXPECT_THAT(late->start(), IsOk());
  early.join();
}

TEST_F(Http, BoundButNeverStartedClosesItsPort) {
  int port = 0;
  {
    auto idle = HttpServer::make({.tls = tls_.issue("node", "n1")});
    ASSERT_THAT(idle, IsOk());
    port = *idle->bind(std::string(kLocalhost), 0);
  }
  auto again = HttpServer::make({.tls = tls_.issue("node", "n1")});
  EXPECT_EQ(again->bind(std::string(kLocalhost), port), port);
}

TEST_F(Http, UnusableTlsFilesAreNamedAtOnce) {
  auto files = tls_.issue("node", "n1");
  EXPECT_THAT(
      HttpServer::make({.tls = {.ca = files.ca, .certificate = "/no/x.crt", .key = files.key}}),
      FailsWith(Code::kNotFound, "/no/x.crt"));
  files.key = tls_.issue("node", "n2").key;
  EXPECT_THAT(HttpServer::make({.tls = files}), FailsWith(Code::kInvalid, "node-n2.key"));
}

TEST_F(Http, ManyClientsAtOnce) {
  std::vector<std::jthread> threads;
  for (int i = 0; i < 12; ++i) {
    threads.emplace_back([this] {
      auto c = client();
      for (int call = 0; call < 20; ++call) EXPECT_THAT(c.post("/echo", "x"), IsOk());
    });
  }
  threads.clear();
  EXPECT_EQ(calls_, 240);
}

TEST_F(Http, AWarmRequestTakesLessThanAMillisecond) {
  auto c = client();
  std::vector<std::chrono::nanoseconds> times;
  for (int i = 0; i < 200; ++i) {
    const Stopwatch watch;
    ASSERT_THAT(c.post("/echo", R"({"a":1})"), IsOk());
    times.push_back(watch.elapsed_ns());
  }
  std::ranges::nth_element(times, times.begin() + 100);
  RecordProperty("median_us", static_cast<int>(times[100].count() / 1000));
  EXPECT_LT(times[100], milliseconds(1));
}

TEST(HttpErrors, SurviveTheRoundTrip) {
  for (const auto code : {Code::kInvalid, Code::kNotFound, Code::kUnavailable, Code::kConflict,
                          Code::kTimeout, Code::kInternal}) {
    const Error error{.code = code, .what = "a \"quoted\" text"};
    const auto response = error_response(error);
    EXPECT_EQ(parse_error(response.status, response.body), error);
  }
  EXPECT_EQ(parse_error(502, "<html>").code, Code::kUnavailable);
  EXPECT_EQ(parse_error(418, "[1,2]").code, Code::kInvalid);
  EXPECT_EQ(parse_error(404, R"({"error":"text"})").code, Code::kNotFound);
  EXPECT_FALSE(error_response({.what = "\xff"}).body.empty());
}

}  // namespace
}  // namespace drover::os
