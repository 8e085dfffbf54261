// The server without client certificates: plain on loopback, and with TLS for anybody.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <atomic>
#include <format>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "os/command.h"
#include "os/fd.h"
#include "os/http_server.h"
#include "os/testing/expect.h"
#include "os/testing/tls_fixture.h"

namespace drover::os {
namespace {

using testing::FailsWith;
using testing::IsOk;
using Transport = HttpServer::Transport;

// A connection as a client sees it, byte for byte.
class RawClient {
 public:
  explicit RawClient(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    constexpr timeval kPatience{.tv_sec = 20, .tv_usec = 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(static_cast<std::uint16_t>(port));
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ =
        ::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0;
  }

  [[nodiscard]] bool connected() const { return connected_; }
  void send(std::string_view text) const {
    EXPECT_EQ(::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
  }
  void get(std::string_view path) const {
    send(std::format("GET {} HTTP/1.1\r\nHost: x\r\n\r\n", path));
  }
  // Head and body of one answer; empty when the connection ended instead.
  std::string receive() {
    while (true) {
      if (const auto size = complete(); size > 0) {
        auto answer = received_.substr(0, size);
        received_.erase(0, size);
        return answer;
      }
      char chunk[4096];
      const auto got = ::recv(socket_.get(), chunk, sizeof chunk, 0);
      if (got <= 0) return {};
      received_.append(chunk, static_cast<std::size_t>(got));
    }
  }

 private:
  [[nodiscard]] std::size_t complete() const {
    constexpr std::string_view kLength = "Content-Length: ";
    const auto head = received_.find("\r\n\r\n");
    const auto length = received_.find(kLength);
    if (head == std::string::npos || length > head) return 0;
    const auto size = head + 4 + std::stoul(received_.substr(length + kLength.size()));
    return received_.size() >= size ? size : 0;
  }

  Fd socket_;
  bool connected_ = false;
  std::string received_;
};

class HttpPlain : public ::testing::Test {
 protected:
  void serve(const HttpServer::Options& options) {
    auto made = HttpServer::make(options);
    ASSERT_THAT(made, IsOk());
    server_.emplace(std::move(*made));
    server_->on("GET", "/hello", [](const HttpRequest& r) -> Result<HttpResponse> {
      auto answer = json_response(std::format("\"{}\"", r.param("name")));
      answer.headers["ETag"] = "\"1\"";
      return answer;
    });
    server_->on("POST", "/echo",
                [](const HttpRequest& r) -> Result<HttpResponse> { return json_response(r.body); });
    const auto port = server_->bind("127.0.0.1", 0);
    ASSERT_THAT(port, IsOk());
    port_ = *port;
    ASSERT_THAT(server_->start(), IsOk());
  }

  std::optional<HttpServer> server_;
  int port_ = 0;
};

TEST_F(HttpPlain, ServesWithHeadersAndKeepsTheConnection) {
  serve({.transport = Transport::kPlain});
  RawClient client(port_);
  for (const auto* name : {"a", "b"}) {
    client.get(std::format("/hello?name={}", name));
    const auto answer = client.receive();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 ")) << answer;
    EXPECT_TRUE(answer.contains("\r\nETag: \"1\"\r\n")) << answer;
    EXPECT_TRUE(answer.ends_with(std::format("\r\n\r\n\"{}\"", name))) << answer;
  }
}

TEST_F(HttpPlain, ListensOnLoopbackOnly) {
  auto server = HttpServer::make({.transport = Transport::kPlain});
  ASSERT_THAT(server, IsOk());
  for (const auto* address : {"0.0.0.0", "192.0.2.1", "example.org", "", "128.0.0.1"}) {
    EXPECT_THAT(
        server->bind(address, 0, "--listen"),
        FailsWith(Code::kInvalid, std::format("--listen: '{}' is not a loopback", address)));
  }
  EXPECT_THAT(server->bind("127.0.0.2", 0, "--listen"), IsOk());
}

TEST_F(HttpPlain, NeverEncodesAnAnswer) {
  serve({.transport = Transport::kPlain});
  RawClient client(port_);
  client.send(
      "GET /hello?name=xxxxxxxxxxxxxxxx HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip, br\r\n\r\n");
  const auto answer = client.receive();
  EXPECT_TRUE(answer.ends_with("\"xxxxxxxxxxxxxxxx\"")) << answer;
  EXPECT_FALSE(answer.contains("Content-Encoding")) << answer;
}

TEST_F(HttpPlain, RefusesOverLongRequestsInItsOwnErrorFormat) {
  const auto format = [](const Error& error, int status) {
    return HttpResponse{.status = status,
                        .content_type = "text/plain",
                        .body = std::format("{}|{}", status, error.what)};
  };
  serve({.transport = Transport::kPlain,
         .format_error = format,
         .body_limit = Bytes{100},
         .upload_limit = Bytes{500}});
  const auto ask = [&](const std::string& request) {
    RawClient client(port_);
    client.send(request);
    return client.receive();
  };
  const auto long_url = ask("GET /hello?name=" + std::string(9000, 'x') + " HTTP/1.1\r\n\r\n");
  EXPECT_TRUE(long_url.ends_with("\r\n\r\n414|the URL is longer than 8192 bytes")) << long_url;
  const auto long_body =
      ask("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n" + std::string(101, 'x'));
  EXPECT_TRUE(long_body.starts_with("HTTP/1.1 413 ")) << long_body;
  EXPECT_TRUE(long_body.ends_with("\r\n\r\n413|the body is longer than 100 bytes")) << long_body;
  // Refused by httplib before any of it is read.
  const auto huge = ask("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n" +
                        std::string(1000, 'x'));
  EXPECT_TRUE(huge.ends_with("\r\n\r\n413|the body is longer than 100 bytes")) << huge;
  const auto unknown = ask("GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(unknown.ends_with("\r\n\r\n404|there is no GET /nowhere")) << unknown;
  const auto body_on_get = ask("GET /hello HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx");
  EXPECT_TRUE(body_on_get.starts_with("HTTP/1.1 400 ")) << body_on_get;
  EXPECT_TRUE(body_on_get.contains("\r\nConnection: close\r\n")) << body_on_get;
}

TEST_F(HttpPlain, TwoHundredReadersKeepTheirConnections) {
  constexpr int kReaders = 200;
  constexpr int kRequests = 10;
  serve({.transport = Transport::kPlain, .connections = 256});
  std::atomic<int> good{0};
  {
    std::vector<std::jthread> readers;
    for (int reader = 0; reader < kReaders; ++reader) {
      readers.emplace_back([&, reader] {
        RawClient client(port_);
        for (int i = 0; i < kRequests; ++i) {
          const auto name = std::format("{}.{}", reader, i);
          client.get("/hello?name=" + name);
          const auto answer = client.receive();
          good += answer.ends_with(std::format("\"{}\"", name)) ? 1 : 0;
        }
      });
    }
  }
  EXPECT_EQ(good, kReaders * kRequests);
}

// More clients than threads: those that are served leave room, and all come to an end without a
// time-out.
TEST_F(HttpPlain, ClientsThatWaitAreLetIn) {
  constexpr int kClients = 24;
  constexpr int kRequests = 20;
  serve({.transport = Transport::kPlain, .keep_alive = std::chrono::seconds(60), .connections = 4});
  std::atomic<int> good{0};
  {
    std::vector<std::jthread> clients;
    for (int i = 0; i < kClients; ++i) {
      clients.emplace_back([&] {
        auto client = std::make_unique<RawClient>(port_);
        for (int request = 0; request < kRequests; ++request) {
          client->get("/hello?name=x");
          const auto answer = client->receive();
          good += answer.ends_with("\"x\"") ? 1 : 0;
          if (answer.contains("\r\nConnection: close\r\n")) {
            client = std::make_unique<RawClient>(port_);
          }
        }
      });
    }
  }
  EXPECT_EQ(good, kClients * kRequests);
}

TEST_F(HttpPlain, WithTlsAnybodyMayAskAndKnowsWhoAnswers) {
  testing::TlsFixture tls;
  auto files = tls.issue("web", "localhost");
  const auto ca = files.ca;
  files.ca.clear();
  serve({.tls = files, .transport = Transport::kTls});
  const auto url = std::format("https://localhost:{}/hello?name=x", port_);
  const auto known = run({.argv = {"curl", "-s", "--cacert", ca, url}});
  ASSERT_THAT(known, IsOk());
  EXPECT_EQ(known->out, "\"x\"");
  const auto plain = run({.argv = {"curl", "-s", std::format("http://127.0.0.1:{}/hello", port_)}});
  ASSERT_THAT(plain, IsOk());
  EXPECT_EQ(plain->out, "");
  EXPECT_THAT(HttpServer::make({.tls = {.ca = {}, .certificate = "/no/x.crt", .key = files.key},
                                .transport = Transport::kTls}),
              FailsWith(Code::kNotFound, "/no/x.crt"));
}

}  // namespace
}  // namespace drover::os
