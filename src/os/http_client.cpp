#include "os/http_client.h"

#include <signal.h>

#include <atomic>
#include <format>
#include <mutex>
#include <utility>
#include <vector>

#include <httplib.h>

#include "os/clock.h"
#include "os/tls.h"

namespace drover::os {

namespace {

constexpr std::size_t kBodyLimit = 64UL << 20;
constexpr std::size_t kUploadChunk = 256UL << 10;
constexpr int kFirstErrorStatus = 400;

bool may_repeat(const HttpCall& call) {
  return call.idempotent || call.method == "GET" || call.method == "PUT" || call.method == "DELETE";
}

// True for the errors that a kept connection shows which the peer has closed meanwhile.
bool may_be_stale(httplib::Error error) {
  return error == httplib::Error::Read || error == httplib::Error::Write ||
         error == httplib::Error::Connection || error == httplib::Error::SSLPeerCouldBeClosed_;
}

Result<> append(std::string& body, std::span<const std::byte> chunk) {
  if (body.size() + chunk.size() > kBodyLimit) {
    return invalid(std::format("the answer is longer than {} bytes", kBodyLimit));
  }
  body.append(reinterpret_cast<const char*>(chunk.data()), chunk.size());
  return {};
}

}  // namespace

struct HttpClient::Impl {
  // One call's way through httplib's callbacks.
  struct Exchange {
    const HttpCall& call;
    const ChunkSink* sink = nullptr;  // of a download
    HttpReply reply;
    Result<> failure;  // what a callback of ours ended it with
    bool answered = false;
    Stopwatch watch;
  };

  explicit Impl(Options given) : options(std::move(given)), client(options.address, options.port) {}

  Result<> set_up();
  bool verify(SSL* ssl);
  Result<HttpReply> run(Exchange& exchange);
  httplib::Request make_request(Exchange& exchange);
  bool receive(Exchange& exchange, std::span<const std::byte> chunk) const;
  Result<HttpReply> conclude(Exchange& exchange, httplib::Error error);
  Error explain(const Exchange& exchange, httplib::Error error) const;
  void set_timeouts(Duration timeout);

  Options options;
  std::mutex mutex;  // one call at a time; guards client and verification
  httplib::SSLClient client;
  std::string verification;  // why the peer was refused, when it was
  std::atomic<bool> busy{false};
  std::atomic<bool> canceled{false};
};

Result<> HttpClient::Impl::set_up() {
  if (auto good = configure_tls(client.ssl_context(), options.tls); !good) return good;
  // Said again to httplib: without it the system's CAs would be trusted too.
  client.set_ca_cert_path(options.tls.ca.string());
  client.enable_server_certificate_verification(true);
  client.set_server_certificate_verifier([this](SSL* ssl) { return verify(ssl); });
  client.set_keep_alive(true);
  client.set_tcp_nodelay(true);
  client.set_decompress(false);
  client.set_connection_timeout(options.connect_timeout);
  return {};
}

bool HttpClient::Impl::verify(SSL* ssl) {
  verification.clear();
  const auto name = peer_identity(ssl);
  if (const auto result = ::SSL_get_verify_result(ssl); result != X509_V_OK) {
    verification = ::X509_verify_cert_error_string(result);
  } else if (name != options.expected_peer) {
    verification = std::format("its certificate says '{}'", name);
  }
  return verification.empty();
}

void HttpClient::Impl::set_timeouts(Duration timeout) {
  client.set_read_timeout(timeout);
  client.set_write_timeout(timeout);
}

httplib::Request HttpClient::Impl::make_request(Exchange& exchange) {
  httplib::Request request;
  request.method = exchange.call.method;
  request.path = exchange.call.path;
  request.headers = {{"Accept-Encoding", "identity"}};
  if (!exchange.call.body.empty()) {
    request.body = exchange.call.body;
    request.headers.emplace("Content-Type", exchange.call.content_type);
  }
  request.response_handler = [&](const httplib::Response& response) {
    exchange.answered = true;
    exchange.reply.status = response.status;
    exchange.reply.content_type = response.get_header_value("Content-Type");
    return true;
  };
  request.content_receiver = [&](const char* data, std::size_t size, std::uint64_t, std::uint64_t) {
    return receive(exchange, std::as_bytes(std::span(data, size)));
  };
  return request;
}

bool HttpClient::Impl::receive(Exchange& exchange, std::span<const std::byte> chunk) const {
  const bool streams = exchange.sink != nullptr && exchange.reply.status < kFirstErrorStatus;
  exchange.failure = streams ? (*exchange.sink)(chunk) : append(exchange.reply.body, chunk);
  if (exchange.failure && exchange.sink == nullptr &&
      exchange.watch.elapsed() > exchange.call.timeout) {
    exchange.failure =
        timed_out(std::format("no complete answer within {}", exchange.call.timeout));
  }
  return exchange.failure.has_value();
}

Result<HttpReply> HttpClient::Impl::run(Exchange& exchange) {
  set_timeouts(exchange.call.timeout);
  const bool kept = client.is_socket_open();
  auto request = make_request(exchange);
  auto result = client.send(request);
  const bool again = kept && !canceled && !exchange.answered && may_be_stale(result.error()) &&
                     may_repeat(exchange.call) && exchange.watch.elapsed() < exchange.call.timeout;
  if (again) {
    request = make_request(exchange);
    result = client.send(request);
  }
  return conclude(exchange, result.error());
}

Result<HttpReply> HttpClient::Impl::conclude(Exchange& exchange, httplib::Error error) {
  if (error != httplib::Error::Success || !exchange.failure) {
    client.stop();  // in the middle of an answer: not to be used again
    return std::unexpected(explain(exchange, error));
  }
  if (exchange.reply.status >= kFirstErrorStatus) {
    return std::unexpected(parse_error(exchange.reply.status, exchange.reply.body));
  }
  return std::move(exchange.reply);
}

Error HttpClient::Impl::explain(const Exchange& exchange, httplib::Error error) const {
  const auto context =
      doing(std::format("{} https://{}:{}{} ({})", exchange.call.method, options.address,
                        options.port, exchange.call.path, options.expected_peer));
  if (!exchange.failure) return context(exchange.failure.error());
  if (canceled) return context(unavailable("canceled").error());
  const bool waited = exchange.watch.elapsed() >= exchange.call.timeout;
  switch (error) {
    case httplib::Error::Connection:
      return context(unavailable("cannot connect: refused or unreachable").error());
    case httplib::Error::ConnectionTimeout:
      return context(
          unavailable(std::format("cannot connect within {}", options.connect_timeout)).error());
    case httplib::Error::SSLServerVerification:
      return context(unavailable("not the expected peer: " + verification).error());
    case httplib::Error::SSLConnection:
      return context(unavailable("the TLS handshake failed").error());
    default:
      break;
  }
  if (waited)
    return context(timed_out(std::format("no answer within {}", exchange.call.timeout)).error());
  return context(unavailable("the connection broke (" + httplib::to_string(error) + ")").error());
}

HttpClient::HttpClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;
HttpClient::~HttpClient() = default;

Result<HttpClient> HttpClient::make(const Options& options) {
  // OpenSSL writes with write(2): a peer that has gone must be an error, not a signal.
  ::signal(SIGPIPE, SIG_IGN);
  auto impl = std::make_unique<Impl>(options);
  if (auto good = impl->set_up(); !good) return std::unexpected(good.error());
  return HttpClient(std::move(impl));
}

namespace {

// Says that a call is under way, for cancel().
class Busy {
 public:
  Busy(std::atomic<bool>& busy, std::atomic<bool>& canceled) : busy_(busy) {
    canceled = false;
    busy_ = true;
  }
  ~Busy() { busy_ = false; }
  Busy(const Busy&) = delete;
  Busy& operator=(const Busy&) = delete;

 private:
  std::atomic<bool>& busy_;
};

}  // namespace

Result<HttpReply> HttpClient::call(const HttpCall& call) {
  const std::scoped_lock lock(impl_->mutex);
  const Busy busy(impl_->busy, impl_->canceled);
  Impl::Exchange exchange{.call = call};
  return impl_->run(exchange);
}

Result<HttpReply> HttpClient::get(const std::string& path) { return call({.path = path}); }

Result<HttpReply> HttpClient::post(const std::string& path, std::string body, bool idempotent) {
  return call({.method = "POST", .path = path, .body = std::move(body), .idempotent = idempotent});
}

Result<HttpReply> HttpClient::download(const HttpCall& call, const ChunkSink& sink) {
  const std::scoped_lock lock(impl_->mutex);
  const Busy busy(impl_->busy, impl_->canceled);
  Impl::Exchange exchange{.call = call, .sink = &sink};
  return impl_->run(exchange);
}

Result<HttpReply> HttpClient::upload(const HttpCall& call, const ChunkSource& source) {
  const std::scoped_lock lock(impl_->mutex);
  const Busy busy(impl_->busy, impl_->canceled);
  auto& impl = *impl_;
  Impl::Exchange exchange{.call = call};
  std::vector<std::byte> buffer(kUploadChunk);
  std::size_t sent = 0;
  const auto provide = [&](std::size_t offset, httplib::DataSink& sink) {
    // httplib starts again by itself on a connection that the peer closes; the source cannot.
    if (offset != sent) {
      exchange.failure = unavailable("the connection broke in the middle of the upload");
      return false;
    }
    const auto got = source(buffer);
    if (!got) {
      exchange.failure = std::unexpected(got.error());
      return false;
    }
    if (*got == 0) {
      sink.done();
      return true;
    }
    exchange.watch = {};
    sent += *got;
    return sink.write(reinterpret_cast<const char*>(buffer.data()), *got);
  };
  impl.set_timeouts(call.timeout);
  const httplib::Headers headers = {{"Accept-Encoding", "identity"}};
  auto result = call.method == "PUT"
                    ? impl.client.Put(call.path, headers, provide, call.content_type)
                    : impl.client.Post(call.path, headers, provide, call.content_type);
  if (result) {
    exchange.reply = {.status = result->status,
                      .content_type = result->get_header_value("Content-Type"),
                      .body = std::move(result->body)};
  }
  return impl.conclude(exchange, result.error());
}

void HttpClient::cancel() {
  if (!impl_->busy) return;
  impl_->canceled = true;
  impl_->client.stop();
}

}  // namespace drover::os
