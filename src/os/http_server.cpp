#include "os/http_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>

#include <atomic>
#include <cctype>
#include <format>
#include <thread>
#include <utility>

#include <httplib.h>

#include "os/fd.h"
#include "os/http_body.h"
#include "os/log.h"
#include "os/tls.h"

namespace drover::os {

namespace {

constexpr int kBacklog = 512;
constexpr int kNotFound = 404;
constexpr int kTooLarge = 413;
constexpr int kUriTooLong = 414;

// A client's stream of the answer; ends with the client, the server, or the handler.
class Stream final : public ResponseStream {
 public:
  Stream(httplib::DataSink& sink, const std::atomic<bool>& stopping)
      : sink_(sink), stopping_(stopping) {}

  Result<> write(std::string_view data) override {
    if (open() && sink_.write(data.data(), data.size())) return {};
    return unavailable(stopping_ ? "the server is stopping" : "the client has gone");
  }

  [[nodiscard]] bool open() const override { return !stopping_ && sink_.is_writable(); }

 private:
  httplib::DataSink& sink_;
  const std::atomic<bool>& stopping_;
};

std::string lower(std::string text) {
  for (auto& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

HttpRequest convert(const httplib::Request& from) {
  HttpRequest request{.method = from.method, .path = from.path, .peer = peer_identity(from.ssl)};
  request.path_params.insert(from.path_params.begin(), from.path_params.end());
  request.query.insert(from.params.begin(), from.params.end());
  for (const auto& [name, value] : from.headers) request.headers.emplace(lower(name), value);
  return request;
}

// SO_REUSEADDR only: with httplib's default, SO_REUSEPORT, two servers could share a port
// unnoticed.
void set_listener_options(int socket) {
  int on = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
}

// httplib says only that it failed; binding once more says why.
int bind_error(const std::string& address, int port) {
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(static_cast<std::uint16_t>(port));
  if (::inet_pton(AF_INET, address.c_str(), &where.sin_addr) != 1) return EINVAL;
  const Fd probe(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  set_listener_options(probe.get());
  if (::bind(probe.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0 ||
      ::listen(probe.get(), 1) != 0) {
    return errno;
  }
  return EADDRINUSE;  // it was, a moment ago
}

// How many connections there are, with a thread or waiting for one.
class CountingPool final : public httplib::TaskQueue {
 public:
  CountingPool(std::size_t threads, std::atomic<int>& connections)
      : pool_(threads), connections_(connections) {}

  bool enqueue(std::function<void()> serve) override {
    ++connections_;
    return pool_.enqueue([this, serve = std::move(serve)] {
      serve();
      --connections_;
    });
  }
  void shutdown() override { pool_.shutdown(); }

 private:
  httplib::ThreadPool pool_;
  std::atomic<int>& connections_;
};

// Answers are never compressed: a strong ETag names bytes, and httplib would encode them after it
// was made.
void decline_encodings(const httplib::Request& request) {
  const_cast<httplib::Request&>(request).headers.erase("Accept-Encoding");
}

bool is_loopback(const std::string& address) {
  constexpr std::uint32_t kLoopbackNet = 127;
  in_addr parsed{};
  return ::inet_pton(AF_INET, address.c_str(), &parsed) == 1 &&
         ntohl(parsed.s_addr) >> 24 == kLoopbackNet;
}

// What the server does not take part in, refused before any of it is read.
const char* refusal(const httplib::Request& request) {
  const bool reads_body = request.method == "POST" || request.method == "PUT" ||
                          request.method == "PATCH" || request.method == "DELETE";
  if (!reads_body && has_body(request)) return "a body is not expected with this method";
  if (request.is_multipart_form_data()) return "multipart bodies are not supported";
  if (request.has_header("Content-Encoding")) return "encoded bodies are not supported";
  return nullptr;
}

}  // namespace

struct HttpServer::Impl {
  explicit Impl(Options given) : options(std::move(given)), made(make_server()), server(*made) {}

  std::unique_ptr<httplib::Server> make_server() const {
    if (options.transport == Transport::kPlain) return std::make_unique<httplib::Server>();
    return std::make_unique<httplib::SSLServer>(
        [this](SSL_CTX& context) { return configure(context); });
  }

  bool configure(SSL_CTX& context) const {
    const bool mutual = options.transport == Transport::kMutualTls;
    const auto done =
        mutual ? configure_tls(&context, options.tls) : configure_identity(&context, options.tls);
    if (!done) return false;
    if (mutual) {
      ::SSL_CTX_set_verify(&context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    }
    ::SSL_CTX_set_num_tickets(&context, 0);  // connections are kept, not resumed
    return true;
  }

  void set_up();
  void refuse(const httplib::Request& request, httplib::Response& response) const;
  void respond(Result<HttpResponse> answer, httplib::Response& to) const;
  void explain(const httplib::Request& request, httplib::Response& response) const;
  void answer_upload(const UploadHandler& handler, const httplib::Request& request,
                     const httplib::ContentReader& reader, httplib::Response& response) const;
  void too_large(httplib::Response& response) const;
  Result<HttpResponse> answer_plain(const HttpHandler& handler, HttpRequest request,
                                    BodySource& body) const;
  void add_reading(const std::string& method, const std::string& pattern,
                   const httplib::Server::HandlerWithContentReader& handler);

  Options options;
  std::atomic<int> open{0};  // connections
  std::unique_ptr<httplib::Server> made;
  httplib::Server& server;
  int listener = -1;  // the server's own, until it runs
  std::atomic<bool> stopping{false};
  std::jthread thread;
};

void HttpServer::Impl::set_up() {
  const auto connections = static_cast<std::size_t>(options.connections);
  server.new_task_queue = [this, connections] { return new CountingPool(connections, open); };
  server.set_tcp_nodelay(true);
  server.set_keep_alive_max_count(std::numeric_limits<std::size_t>::max());
  server.set_keep_alive_timeout(
      std::chrono::duration_cast<std::chrono::seconds>(options.keep_alive).count());
  server.set_read_timeout(options.timeout);
  server.set_write_timeout(options.timeout);
  server.set_payload_max_length(static_cast<std::size_t>(options.upload_limit.count()));
  server.set_socket_options([this](int socket) {
    listener = socket;
    set_listener_options(socket);
  });
  server.set_pre_routing_handler(
      [this](const httplib::Request& request, httplib::Response& response) {
        decline_encodings(request);
        if (open > options.connections) announce_end(request);
        if (refusal(request) == nullptr) return httplib::Server::HandlerResponse::Unhandled;
        refuse(request, response);
        return httplib::Server::HandlerResponse::Handled;
      });
  server.set_error_handler([this](const httplib::Request& request, httplib::Response& response) {
    if (response.body.empty()) explain(request, response);
  });
  server.set_exception_handler(
      [this](const httplib::Request& request, httplib::Response& response, std::exception_ptr) {
        log_error("{} {}: a handler threw", request.method, request.path);
        respond(internal("a handler threw"), response);
      });
}

void HttpServer::Impl::refuse(const httplib::Request& request, httplib::Response& response) const {
  respond(invalid(refusal(request)), response);
  stop_reading(request);
}

void HttpServer::Impl::respond(Result<HttpResponse> answer, httplib::Response& to) const {
  auto response = answer ? std::move(*answer)
                         : options.format_error(answer.error(), status_of(answer.error().code));
  to.status = response.status;
  for (const auto& [name, value] : response.headers) to.set_header(name, value);
  if (!response.stream) return to.set_content(response.body, response.content_type);
  to.set_chunked_content_provider(
      response.content_type,
      [this, stream = std::move(response.stream)](std::size_t, httplib::DataSink& sink) {
        Stream out(sink, stopping);
        const auto done = stream(out);
        // The status is sent already: cutting the connection is the only way left to say "failed".
        if (done) sink.done();
        return done.has_value();
      });
}

// What httplib itself refused: it has a status and nothing else to say.
void HttpServer::Impl::explain(const httplib::Request& request, httplib::Response& response) const {
  const int status = response.status;
  const auto asked = request.method + " " + request.path;
  Error error = parse_error(status, asked);
  if (status == kUriTooLong) {
    error.what = std::format("the URL is longer than {} bytes", CPPHTTPLIB_REQUEST_URI_MAX_LENGTH);
  } else if (status == kNotFound) {
    error.what = "there is no " + asked;
  }
  respond(options.format_error(error, status), response);
}

void HttpServer::Impl::too_large(httplib::Response& response) const {
  const auto limit = options.body_limit.count();
  respond(options.format_error(
              {Code::kInvalid, std::format("the body is longer than {} bytes", limit)}, kTooLarge),
          response);
}

void HttpServer::Impl::answer_upload(const UploadHandler& handler, const httplib::Request& request,
                                     const httplib::ContentReader& reader,
                                     httplib::Response& response) const {
  RequestBody body(request, reader, options.upload_limit);
  respond(handler(convert(request), body), response);
  body.finish();
  if (body.too_long()) response.status = kTooLarge;
}

Result<HttpResponse> HttpServer::Impl::answer_plain(const HttpHandler& handler, HttpRequest request,
                                                    BodySource& body) const {
  return body
      .read([&](std::span<const std::byte> chunk) -> Result<> {
        request.body.append(reinterpret_cast<const char*>(chunk.data()), chunk.size());
        return {};
      })
      .and_then([&] { return handler(request); });
}

void HttpServer::Impl::add_reading(const std::string& method, const std::string& pattern,
                                   const httplib::Server::HandlerWithContentReader& handler) {
  if (method == "POST") server.Post(pattern, handler);
  if (method == "PUT") server.Put(pattern, handler);
  if (method == "PATCH") server.Patch(pattern, handler);
  if (method == "DELETE") server.Delete(pattern, handler);
}

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::HttpServer(HttpServer&&) noexcept = default;

HttpServer& HttpServer::operator=(HttpServer&& other) noexcept {
  if (this != &other) {
    stop();
    impl_ = std::move(other.impl_);
  }
  return *this;
}

HttpServer::~HttpServer() { stop(); }

Result<HttpServer> HttpServer::make(const Options& options) {
  const auto good = options.transport == Transport::kMutualTls ? check_tls(options.tls)
                    : options.transport == Transport::kTls     ? check_identity(options.tls)
                                                               : Result<>{};
  if (!good) return std::unexpected(good.error());
  // OpenSSL writes with write(2): a peer that has gone must be an error, not a signal.
  ::signal(SIGPIPE, SIG_IGN);
  auto impl = std::make_unique<Impl>(options);
  if (!impl->server.is_valid()) return tls_error("making the TLS server");
  impl->set_up();
  return HttpServer(std::move(impl));
}

void HttpServer::on(const std::string& method, const std::string& pattern, HttpHandler handler) {
  if (method == "GET") {
    impl_->server.Get(pattern, [impl = impl_.get(), handler = std::move(handler)](
                                   const httplib::Request& request, httplib::Response& response) {
      impl->respond(handler(convert(request)), response);
    });
    return;
  }
  impl_->add_reading(method, pattern,
                     [impl = impl_.get(), handler = std::move(handler)](
                         const httplib::Request& request, httplib::Response& response,
                         const httplib::ContentReader& reader) {
                       RequestBody body(request, reader, impl->options.body_limit);
                       impl->respond(impl->answer_plain(handler, convert(request), body), response);
                       body.finish();
                       if (body.too_long()) impl->too_large(response);
                     });
}

void HttpServer::on_upload(const std::string& method, const std::string& pattern,
                           UploadHandler handler) {
  impl_->add_reading(method, pattern,
                     [impl = impl_.get(), handler = std::move(handler)](
                         const httplib::Request& request, httplib::Response& response,
                         const httplib::ContentReader& reader) {
                       impl->answer_upload(handler, request, reader, response);
                     });
}

Result<int> HttpServer::bind(const std::string& address, int port, std::string_view setting) {
  auto& server = impl_->server;
  if (impl_->options.transport == Transport::kPlain && !is_loopback(address)) {
    return invalid(std::format(
        "{}: '{}' is not a loopback address; without TLS only 127.x.x.x can be listened on",
        setting, address));
  }
  const int bound = port == 0                            ? server.bind_to_any_port(address)
                    : server.bind_to_port(address, port) ? port
                                                         : -1;
  if (bound <= 0) {
    const auto where = std::format("listening on {}:{}", address, port);
    const int error = bind_error(address, port);
    if (error != EADDRINUSE) return system_error(where, error);
    return unavailable(
        std::format("{}: the address is in use; free it or change {}", where, setting));
  }
  // httplib asks for a queue of 5, and connections that do not fit in it retry after a second.
  ::listen(impl_->listener, kBacklog);
  return bound;
}

// Without a last resort httplib would take the whole body of an unknown path into memory.
Result<> HttpServer::start() {
  auto& impl = *impl_;
  if (impl.listener < 0) return internal("start() before bind()");
  for (const auto* method : {"POST", "PUT", "PATCH", "DELETE"}) {
    on_upload(method, ".*", [](const HttpRequest& request, BodySource&) -> Result<HttpResponse> {
      return not_found(std::format("there is no {} {}", request.method, request.path));
    });
  }
  impl.thread = std::jthread([&impl] { impl.server.listen_after_bind(); });
  impl.server.wait_until_ready();
  return {};
}

void HttpServer::stop() {
  if (!impl_) return;
  auto& impl = *impl_;
  impl.stopping = true;
  if (impl.thread.joinable()) {
    impl.server.stop();
    impl.thread.join();
  } else if (impl.listener >= 0) {
    Fd(impl.listener).reset();
  }
  impl.listener = -1;
}

}  // namespace drover::os
