// An HTTPS client for one peer over one kept connection, which it verifies by CA and by name.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "base/units.h"
#include "os/ca.h"
#include "os/http.h"

namespace drover::os {

struct HttpCall {
  std::string method = "GET";
  std::string path;  // with the query, e.g. "/api/v1/pods?node=a"
  std::string body;
  std::string content_type = "application/json";
  Duration timeout =
      std::chrono::seconds(10);  // whole call; for upload and download: without any progress
  // May be sent again on a new connection when the kept one turns out to be dead. GET, PUT and
  // DELETE are by nature.
  bool idempotent = false;
};

struct HttpReply {
  int status = 200;
  std::string content_type;
  std::string body;
};

// Thread-safe: calls wait for each other. Connects when first used, in that thread's network
// namespace. Errors: peer refuses or unreachable or not who it should be kUnavailable; no answer in
// time kTimeout; status >= 400 the Error in the body.
class HttpClient {
 public:
  struct Options {
    std::string address;
    int port = 0;
    TlsFiles tls;
    std::string expected_peer;  // identity() that the server's certificate must carry
    Duration connect_timeout = std::chrono::seconds(3);
  };

  static Result<HttpClient> make(const Options& options);
  HttpClient(HttpClient&&) noexcept;
  HttpClient& operator=(HttpClient&&) noexcept;
  ~HttpClient();

  Result<HttpReply> call(const HttpCall& call);
  Result<HttpReply> get(const std::string& path);
  Result<HttpReply> post(const std::string& path, std::string body, bool idempotent = false);

  // Sends the source's chunks as they come (chunked transfer); never sent twice.
  Result<HttpReply> upload(const HttpCall& call, const ChunkSource& source);

  // Gives the response's chunks to the sink as they come, for example server-sent events; the
  // sink's error ends it.
  Result<HttpReply> download(const HttpCall& call, const ChunkSink& sink);

  // Ends a call that another thread is in; it returns kUnavailable.
  void cancel();

 private:
  struct Impl;
  explicit HttpClient(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace drover::os
