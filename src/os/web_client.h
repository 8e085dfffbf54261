// A client for servers of others on the web: HTTPS, verified by CA and by host name. For drover's
// own peers, which know each other by certificate, there is os/http_client.
//
// What stands in a header or in a secret query parameter never gets into an error or a log.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/units.h"
#include "os/file.h"

namespace drover::os {

struct WebHeader {
  std::string name;
  std::string value;
};

struct WebParameter {
  std::string name;
  std::string value;
  bool secret = false;  // left out where the request is named in an error
};

struct WebRequest {
  std::string path;  // appended to the base URL, e.g. "/carbon-intensity/latest"; not yet encoded
  std::vector<WebParameter> query;
  std::vector<WebHeader> headers;
};

struct WebReply {
  int status = 0;
  std::vector<WebHeader> headers;  // names in lower case
  std::string body;

  // The first header of that name in lower case.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
};

struct WebAddress {
  bool tls = true;
  std::string host;
  int port = 443;
  std::string prefix;  // of every path; empty or "/v3", without a slash at its end
};

// "https://api.example.org/v3", "http://127.0.0.1:8080", "https://[::1]:8443". kInvalid for another
// scheme, a user name, a query or what is no URL.
Result<WebAddress> parse_web_address(std::string_view url);

// "localhost", 127.0.0.0/8 or ::1.
bool is_loopback(std::string_view host);

// Thread-safe: calls wait for each other. Every call has a connection of its own. Redirects are not
// followed but returned.
class WebClient {
 public:
  struct Options {
    std::string base_url;
    Path ca_file;                                        // empty: the CAs the system trusts
    bool plain_http = false;                             // also to other hosts than loopback
    Duration connect_timeout = std::chrono::seconds(5);  // also of the TLS handshake's steps
    Duration read_timeout = std::chrono::seconds(20);    // for each read
    Duration call_timeout = std::chrono::seconds(60);    // from the connection's begin on
    Bytes body_limit = Bytes{32L << 20};
  };

  // kInvalid for a bad URL, or plain HTTP to another host without plain_http; kNotFound when the CA
  // file is absent.
  static Result<WebClient> make(const Options& options);
  WebClient(WebClient&&) noexcept;
  WebClient& operator=(WebClient&&) noexcept;
  ~WebClient();

  // Every status is a value. kUnavailable: not reachable, or the answer was cut. kTimeout: one of
  // the timeouts. kInvalid: the certificate is not trusted or of another host, the body is longer
  // than the limit or compressed, a header's value has a line break.
  Result<WebReply> get(const WebRequest& request);

 private:
  struct Impl;
  explicit WebClient(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// The path with its query as it is sent, secrets replaced by "***" unless `reveal`.
std::string web_target(const WebRequest& request, bool reveal = false);

}  // namespace drover::os
