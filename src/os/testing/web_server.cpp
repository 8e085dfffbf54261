#include "os/testing/web_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <format>
#include <utility>

#include <openssl/ssl.h>

#include "os/testing/expect.h"

namespace drover::os::testing {

namespace {

constexpr int kPatienceMs = 5000;
constexpr int kDripMs = 10;

SeenRequest parse(const std::string& head) {
  SeenRequest request;
  const auto line = head.substr(0, head.find("\r\n"));
  const auto begin = line.find(' ') + 1;
  const auto target = line.substr(begin, line.rfind(' ') - begin);
  const auto mark = std::min(target.find('?'), target.size());
  request.path = target.substr(0, mark);
  request.query = mark < target.size() ? target.substr(mark + 1) : "";
  auto at = line.size() + 2;
  while (at < head.size()) {
    const auto end = std::min(head.find("\r\n", at), head.size());
    const auto colon = head.find(':', at);
    if (colon < end) {
      auto name = head.substr(at, colon - at);
      std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
      const auto value = head.find_first_not_of(' ', colon + 1);
      request.headers[name] = value < end ? head.substr(value, end - value) : "";
    }
    at = end + 2;
  }
  return request;
}

std::string head_of(const WebAnswer& answer) {
  std::string head = std::format("HTTP/1.1 {} Said\r\nConnection: close\r\n", answer.status);
  for (const auto& [name, value] : answer.headers) head += std::format("{}: {}\r\n", name, value);
  if (answer.flaw == Flaw::kCutChunk) {
    return head + "Transfer-Encoding: chunked\r\n\r\n" +
           std::format("{:x}\r\n", answer.body.size());
  }
  return head + std::format("Content-Length: {}\r\n\r\n", answer.body.size());
}

}  // namespace

// One client's connection, plain or TLS.
class WebServer::Connection {
 public:
  Connection(Fd socket, SSL_CTX* context) : socket_(std::move(socket)) {
    if (context != nullptr) {
      tls_.reset(::SSL_new(context), ::SSL_free);
      ::SSL_set_fd(tls_.get(), socket_.get());
      good_ = ::SSL_accept(tls_.get()) == 1;
    }
  }
  ~Connection() {
    if (tls_ && good_) ::SSL_shutdown(tls_.get());
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] bool good() const { return good_; }
  [[nodiscard]] int fd() const { return socket_.get(); }

  std::string read_head() {
    std::string head;
    std::array<char, 4096> buffer{};
    while (good_ && !head.contains("\r\n\r\n")) {
      const auto got = tls_ ? ::SSL_read(tls_.get(), buffer.data(), buffer.size())
                            : static_cast<int>(::recv(fd(), buffer.data(), buffer.size(), 0));
      good_ = got > 0;
      if (good_) head.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return head.substr(0, head.find("\r\n\r\n") + 2);
  }

  void write(std::string_view text) {
    while (good_ && !text.empty()) {
      const auto sent = tls_ ? ::SSL_write(tls_.get(), text.data(), static_cast<int>(text.size()))
                             : static_cast<int>(::send(fd(), text.data(), text.size(), 0));
      good_ = sent > 0;
      if (good_) text.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

 private:
  Fd socket_;
  std::shared_ptr<SSL> tls_;
  bool good_ = true;
};

WebServer::WebServer(Handler handler, const std::optional<TlsFiles>& tls)
    : handler_(std::move(handler)) {
  ::signal(SIGPIPE, SIG_IGN);
  if (tls) {
    tls_.reset(::SSL_CTX_new(::TLS_server_method()), ::SSL_CTX_free);
    EXPECT_EQ(::SSL_CTX_use_certificate_chain_file(tls_.get(), tls->certificate.c_str()), 1);
    EXPECT_EQ(::SSL_CTX_use_PrivateKey_file(tls_.get(), tls->key.c_str(), SSL_FILETYPE_PEM), 1);
  }
  auto pipe = make_pipe();
  EXPECT_THAT(pipe, IsOk());
  if (pipe) stop_ = *std::move(pipe);
  listen();
  thread_ = std::thread([this] { serve(); });
}

WebServer::~WebServer() {
  EXPECT_EQ(::write(stop_.write.get(), "x", 1), 1);
  thread_.join();
}

void WebServer::listen() {
  listener_ = Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof where;
  EXPECT_EQ(::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&where), size), 0);
  EXPECT_EQ(::listen(listener_.get(), 8), 0);
  EXPECT_EQ(::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&where), &size), 0);
  port_ = ntohs(where.sin_port);
}

std::string WebServer::url() const {
  return std::format("{}://127.0.0.1:{}", tls_ ? "https" : "http", port_);
}

std::vector<SeenRequest> WebServer::seen() const {
  const std::scoped_lock lock(mutex_);
  return seen_;
}

// True when the descriptor is readable; false after the time, or when the server is to end.
bool WebServer::wait_for(int fd, int timeout_ms) const {
  std::array<pollfd, 2> both{{{.fd = stop_.read.get(), .events = POLLIN, .revents = 0},
                              {.fd = fd, .events = POLLIN, .revents = 0}}};
  return ::poll(both.data(), both.size(), timeout_ms) > 0 && both[0].revents == 0;
}

void WebServer::serve() {
  while (wait_for(listener_.get(), -1)) {
    Fd socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    const timeval patience{.tv_sec = kPatienceMs / 1000, .tv_usec = 0};
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    Connection connection(std::move(socket), tls_.get());
    answer(connection);
  }
}

void WebServer::answer(Connection& connection) {
  const auto head = connection.read_head();
  if (!connection.good()) return;  // a client that does not trust us
  const auto request = parse(head);
  {
    const std::scoped_lock lock(mutex_);
    seen_.push_back(request);
  }
  const auto answer = handler_(request);
  const std::string_view body = answer.body;
  switch (answer.flaw) {
    case Flaw::kSilence:
      wait_for(connection.fd(), kPatienceMs);
      return;
    case Flaw::kDrip:
      connection.write(head_of(answer));
      for (const char byte : body) {
        if (wait_for(connection.fd(), kDripMs) || !connection.good()) return;
        connection.write({&byte, 1});
      }
      return;
    case Flaw::kCutBody:
    case Flaw::kCutChunk:
      connection.write(head_of(answer) + std::string(body.substr(0, body.size() / 2)));
      return;
    case Flaw::kNone:
      connection.write(head_of(answer) + answer.body);
  }
}

}  // namespace drover::os::testing
