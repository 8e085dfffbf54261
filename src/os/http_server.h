// An HTTPS server: TLS 1.3, and only for clients with a certificate of our CA, unless its options
// say otherwise.
//
//   auto server = HttpServer::make({.tls = files});
//   server->on("GET", "/api/v1/pods/:pod", [&](const HttpRequest& request) { return
//   get_pod(request.param("pod")); }); auto port = server->bind("127.0.0.1", 0); server->start();
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "base/units.h"
#include "os/ca.h"
#include "os/http.h"

namespace drover::os {

// Handlers run on the server's threads, several at once; they must be thread-safe. An Error becomes
// error_response().
using HttpHandler = std::function<Result<HttpResponse>(const HttpRequest&)>;
using UploadHandler = std::function<Result<HttpResponse>(const HttpRequest&, BodySource&)>;

// Makes the answer to an error that no handler gave: an unknown path, a body that is too long, an
// Error from a handler.
using ErrorFormat = std::function<HttpResponse(const Error&, int status)>;

class HttpServer {
 public:
  enum class Transport {
    kMutualTls,  // TLS, for clients with a certificate of our CA
    kTls,        // TLS for anybody; tls.ca is not used and HttpRequest::peer is empty
    kPlain,      // no TLS: bind() takes loopback addresses only
  };
  struct Options {
    TlsFiles tls;
    Transport transport = Transport::kMutualTls;
    ErrorFormat format_error = error_response_with;
    Bytes body_limit = Bytes{8L << 20};               // of a plain request; more is 413
    Bytes upload_limit = Bytes{64L << 30};            // of an upload
    Duration timeout = std::chrono::seconds(30);      // for each read from and write to a peer
    Duration keep_alive = std::chrono::seconds(120);  // how long an idle connection is kept
    // Served at once, each by a thread. While more wait, clients are told with their next answer to
    // close their connection and come again.
    int connections = 32;
  };

  // kInvalid or kNotFound when the TLS files are missing or do not fit together.
  static Result<HttpServer> make(const Options& options);
  HttpServer(HttpServer&&) noexcept;
  HttpServer& operator=(HttpServer&&) noexcept;
  ~HttpServer();  // stops

  // Routes are added before start(); ":name" matches one path part. First match wins.
  void on(const std::string& method, const std::string& pattern, HttpHandler handler);
  void on_upload(const std::string& method, const std::string& pattern, UploadHandler handler);

  // Listens, without serving yet; port 0 takes a free one; returns the port. Clients may connect
  // from now on and wait. The socket stays in the network namespace in which it was bound.
  // `setting` is named in the error of a taken port. kInvalid when it is no IPv4 address, or one
  // from which others could read what is not encrypted.
  Result<int> bind(const std::string& address, int port,
                   std::string_view setting = "the listen address");

  // Serves on threads of its own, born in the calling thread's network namespace. After bind().
  Result<> start();

  // Stops accepting, ends idle connections and waits for running handlers. A streaming response
  // must end by itself: open() is false and its writes fail from now on.
  void stop();

 private:
  struct Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace drover::os
