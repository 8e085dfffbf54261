// A web server on loopback for tests of clients: it says exactly what it is told to, also what no
// good server would.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "os/ca.h"
#include "os/fd.h"
#include "os/web_client.h"

struct ssl_ctx_st;

namespace drover::os::testing {

enum class Flaw {
  kNone,
  kCutBody,   // ends in the middle of a body whose length was said
  kCutChunk,  // ends in the middle of a chunked body
  kSilence,   // no answer until the client goes
  kDrip,      // one byte of the body every few milliseconds
};

struct WebAnswer {
  int status = 200;
  std::string body;
  std::vector<WebHeader> headers = {};
  Flaw flaw = Flaw::kNone;
};

struct SeenRequest {
  std::string path;                            // as sent, without the query
  std::string query;                           // as sent
  std::map<std::string, std::string> headers;  // names in lower case

  [[nodiscard]] std::string target() const { return query.empty() ? path : path + "?" + query; }
};

// Serves one connection after the other, each with one answer, on a thread of its own.
class WebServer {
 public:
  using Handler = std::function<WebAnswer(const SeenRequest&)>;  // called on the server's thread

  // Without `tls` plain HTTP.
  explicit WebServer(Handler handler, const std::optional<TlsFiles>& tls = std::nullopt);
  ~WebServer();
  WebServer(const WebServer&) = delete;
  WebServer& operator=(const WebServer&) = delete;

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::string url() const;
  [[nodiscard]] std::vector<SeenRequest> seen() const;

 private:
  class Connection;
  void listen();
  void serve();
  void answer(Connection& connection);
  bool wait_for(int fd, int timeout_ms) const;

  Handler handler_;
  std::shared_ptr<ssl_ctx_st> tls_;
  Fd listener_;
  Pipe stop_;
  int port_ = 0;
  mutable std::mutex mutex_;  // of seen_
  std::vector<SeenRequest> seen_;
  std::thread thread_;
};

}  // namespace drover::os::testing
