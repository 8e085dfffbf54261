#include "os/web_client.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <condition_variable>
#include <format>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

#include <httplib.h>
#include <openssl/x509v3.h>

#include "os/clock.h"
#include "os/fd.h"
#include "os/tls.h"

namespace drover::os {

namespace {

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

bool is_address(const std::string& host) {
  in6_addr space{};
  return ::inet_pton(AF_INET, host.c_str(), &space) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), &space) == 1;
}

Result<> check_headers(const WebRequest& request) {
  for (const auto& header : request.headers) {
    if (std::ranges::any_of(header.value, [](unsigned char c) { return c < 0x20 || c == 0x7f; })) {
      return invalid(
          std::format("the value of header {} has a line break or another control "
                      "character; look at the file it comes from",
                      header.name));
    }
  }
  return {};
}

// Ends a call that takes too long, wherever httplib waits in it: it shuts down the connection under
// it. Holds a descriptor of its own, which nobody else can close and open again as something else.
class Watchdog {
 public:
  explicit Watchdog(Duration limit)
      : thread_([this, limit](const std::stop_token& stop) { run(limit, stop); }) {}

  // Called with every connection that is made.
  void guard(int socket) {
    const std::scoped_lock lock(mutex_);
    socket_ = Fd(::fcntl(socket, F_DUPFD_CLOEXEC, 0));
    if (barked_) ::shutdown(socket_.get(), SHUT_RDWR);
  }

  [[nodiscard]] bool barked() const { return barked_; }

 private:
  void run(Duration limit, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    if (over_.wait_for(lock, stop, limit, [] { return false; }) || stop.stop_requested()) return;
    barked_ = true;
    if (socket_) ::shutdown(socket_.get(), SHUT_RDWR);
  }

  std::mutex mutex_;
  std::condition_variable_any over_;
  Fd socket_;
  std::atomic<bool> barked_{false};
  std::jthread thread_;  // last: it uses the others
};

}  // namespace

std::optional<std::string_view> WebReply::header(std::string_view name) const {
  const auto found = std::ranges::find(headers, name, &WebHeader::name);
  return found == headers.end() ? std::nullopt : std::optional<std::string_view>(found->value);
}

struct WebClient::Impl {
  // One call's way through httplib's callbacks.
  struct Exchange {
    WebReply reply;
    Result<> failure;  // what a callback of ours ended it with
  };

  Impl(Options given, WebAddress at) : options(std::move(given)), address(std::move(at)) {}

  Result<> set_up();
  void set_up_tls(httplib::SSLClient& tls);
  bool verify(SSL* ssl);
  Result<WebReply> run(const WebRequest& request);
  httplib::Request make_request(const WebRequest& request, Exchange& exchange) const;
  bool begin(Exchange& exchange, const httplib::Response& response) const;
  bool receive(Exchange& exchange, const char* data, std::size_t size) const;
  [[nodiscard]] Error explain(httplib::Error error, bool barked) const;

  Options options;
  WebAddress address;
  std::mutex mutex;  // one call at a time; guards what follows
  std::unique_ptr<httplib::ClientImpl> client;
  std::string verification;  // why the server was refused, when it was
};

Result<> WebClient::Impl::set_up() {
  if (!address.tls && !options.plain_http && !is_loopback(address.host)) {
    return invalid(std::format(
        "{} would send what it is asked with unencrypted; use https:// or allow plain HTTP",
        options.base_url));
  }
  if (!options.ca_file.empty() && !os::exists(options.ca_file)) {
    return not_found(std::format("CA file {} does not exist", options.ca_file.string()));
  }
  if (address.tls) {
    auto tls = std::make_unique<httplib::SSLClient>(address.host, address.port);
    set_up_tls(*tls);
    client = std::move(tls);
  } else {
    client = std::make_unique<httplib::ClientImpl>(address.host, address.port);
  }
  client->set_keep_alive(false);
  client->set_follow_location(false);
  client->set_tcp_nodelay(true);
  client->set_decompress(false);
  client->set_url_encode(false);  // done by web_target()
  client->set_connection_timeout(options.connect_timeout);
  client->set_read_timeout(options.read_timeout);
  client->set_write_timeout(options.read_timeout);
  return {};
}

void WebClient::Impl::set_up_tls(httplib::SSLClient& tls) {
  ::SSL_CTX_set_min_proto_version(tls.ssl_context(), TLS1_2_VERSION);
  // Set or not: with a file httplib trusts that alone, without one what the system trusts.
  if (!options.ca_file.empty()) tls.set_ca_cert_path(options.ca_file.string());
  tls.enable_server_certificate_verification(true);
  tls.set_server_certificate_verifier([this](SSL* ssl) { return verify(ssl); });
}

// In place of httplib's own check: OpenSSL knows the rules of names and wildcards.
bool WebClient::Impl::verify(SSL* ssl) {
  verification.clear();
  auto* certificate = ::SSL_get0_peer_certificate(ssl);
  if (certificate == nullptr) {
    verification = "it shows no certificate";
  } else if (const auto result = ::SSL_get_verify_result(ssl); result != X509_V_OK) {
    verification = ::X509_verify_cert_error_string(result);
  } else {
    const auto& host = address.host;
    const bool same = is_address(host)
                          ? ::X509_check_ip_asc(certificate, host.c_str(), 0) == 1
                          : ::X509_check_host(certificate, host.data(), host.size(),
                                              X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, nullptr) == 1;
    if (!same) verification = std::format("its certificate is not for '{}'", host);
  }
  return verification.empty();
}

httplib::Request WebClient::Impl::make_request(const WebRequest& request,
                                               Exchange& exchange) const {
  httplib::Request out;
  out.method = "GET";
  out.path = address.prefix + web_target(request, true);
  out.headers = {{"Accept-Encoding", "identity"}, {"User-Agent", "drover"}};
  for (const auto& header : request.headers) out.headers.emplace(header.name, header.value);
  out.response_handler = [this, &exchange](const httplib::Response& response) {
    return begin(exchange, response);
  };
  out.content_receiver = [this, &exchange](const char* data, std::size_t size, std::uint64_t,
                                           std::uint64_t) { return receive(exchange, data, size); };
  return out;
}

bool WebClient::Impl::begin(Exchange& exchange, const httplib::Response& response) const {
  exchange.reply.status = response.status;
  for (const auto& [name, value] : response.headers) {
    exchange.reply.headers.push_back({.name = lower(name), .value = value});
  }
  const auto encoding = exchange.reply.header("content-encoding");
  if (encoding && *encoding != "identity") {
    exchange.failure = invalid("the answer is compressed, which was not asked for");
  }
  return exchange.failure.has_value();
}

bool WebClient::Impl::receive(Exchange& exchange, const char* data, std::size_t size) const {
  auto& body = exchange.reply.body;
  if (body.size() + size > static_cast<std::size_t>(options.body_limit.count())) {
    exchange.failure =
        invalid(std::format("the answer is longer than {} bytes", options.body_limit.count()));
    return false;
  }
  body.append(data, size);
  return true;
}

Error WebClient::Impl::explain(httplib::Error error, bool barked) const {
  if (barked) {
    return timed_out(std::format("no complete answer within {}", options.call_timeout)).error();
  }
  const auto trust = options.ca_file.empty() ? "the system's CAs" : options.ca_file.string();
  switch (error) {
    case httplib::Error::Connection:
      return unavailable("cannot connect: refused, unreachable or an unknown name").error();
    case httplib::Error::ConnectionTimeout:
      return timed_out(std::format("cannot connect within {}", options.connect_timeout)).error();
    case httplib::Error::SSLLoadingCerts:
      return invalid(std::format("no certificates can be read from {}", trust)).error();
    case httplib::Error::SSLServerVerification:
      return invalid(std::format("the server is not trusted: {} (checked with {})", verification,
                                 trust))
          .error();
    case httplib::Error::SSLConnection:
      return unavailable("the TLS handshake failed").error();
    default:
      return unavailable("the connection broke or the answer was cut (" +
                         httplib::to_string(error) + ")")
          .error();
  }
}

Result<WebReply> WebClient::Impl::run(const WebRequest& request) {
  Exchange exchange;
  auto prepared = make_request(request, exchange);
  const Stopwatch watch;
  httplib::Error error{};
  bool barked = false;
  {
    Watchdog dog(options.call_timeout);
    client->set_socket_options([&](socket_t socket) { dog.guard(socket); });
    const auto answer = client->send(prepared);
    error = answer.error();
    // Of an answer without a body httplib does not tell the handler.
    if (answer && exchange.reply.status == 0) begin(exchange, *answer);
    barked = dog.barked();
    client->set_socket_options(nullptr);
  }
  if (!exchange.failure) return std::unexpected(exchange.failure.error());
  if (error == httplib::Error::Success) return std::move(exchange.reply);
  auto why = explain(error, barked);
  const bool waited = error == httplib::Error::Read && watch.elapsed() >= options.read_timeout;
  if (waited && !barked) {
    why = timed_out(std::format("nothing was received for {}", options.read_timeout)).error();
  }
  return std::unexpected(std::move(why));
}

WebClient::WebClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
WebClient::WebClient(WebClient&&) noexcept = default;
WebClient& WebClient::operator=(WebClient&&) noexcept = default;
WebClient::~WebClient() = default;

Result<WebClient> WebClient::make(const Options& options) {
  // OpenSSL writes with write(2): a peer that has gone must be an error, not a signal.
  ::signal(SIGPIPE, SIG_IGN);
  return parse_web_address(options.base_url).and_then([&](const WebAddress& address) {
    auto impl = std::make_unique<Impl>(options, address);
    return impl->set_up().transform([&] { return WebClient(std::move(impl)); });
  });
}

Result<WebReply> WebClient::get(const WebRequest& request) {
  const std::scoped_lock lock(impl_->mutex);
  const auto& at = impl_->address;
  return check_headers(request)
      .and_then([&] { return impl_->run(request); })
      .transform_error(doing(std::format("GET {}://{}:{}{}{}", at.tls ? "https" : "http", at.host,
                                         at.port, at.prefix, web_target(request))));
}

}  // namespace drover::os
