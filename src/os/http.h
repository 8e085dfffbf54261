// What HTTP server and client share: messages, and errors as JSON.
//
// Errors cross the wire as {"error":{"code":"conflict","message":"…"}} with a status that follows
// the code.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace drover::os {

struct HttpRequest {
  std::string method;
  std::string path;
  std::map<std::string, std::string> path_params;  // by the ":name" parts of the route
  std::multimap<std::string, std::string> query;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;                            // empty for an upload: that comes from BodySource
  std::string peer;                            // identity() of the verified client

  // The path parameter or query value; empty when absent.
  [[nodiscard]] std::string param(std::string_view name) const;
};

// Where a streaming response is written to; each write is sent at once.
class ResponseStream {
 public:
  virtual ~ResponseStream() = default;
  // kUnavailable when the client has gone.
  virtual Result<> write(std::string_view data) = 0;
  // False once the client has gone or the server stops: a stream that waits for news looks here.
  [[nodiscard]] virtual bool open() const = 0;
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::map<std::string, std::string> headers;  // besides content type and length
  // When set it replaces body: called once, on the connection's thread, and the response ends when
  // it returns.
  std::function<Result<>(ResponseStream&)> stream;
};

using ChunkSink = std::function<Result<>(std::span<const std::byte>)>;
// Fills the span and says how much; 0 is the end.
using ChunkSource = std::function<Result<std::size_t>(std::span<std::byte>)>;

// An upload's body, read once.
class BodySource {
 public:
  virtual ~BodySource() = default;
  // Calls the sink for each chunk as it arrives, to the end. The sink's error stops it and is
  // returned; a client that goes away or sends more than the limit is an error too.
  virtual Result<> read(const ChunkSink& sink) = 0;
};

int status_of(Code code);
HttpResponse error_response(const Error& error);
HttpResponse error_response_with(const Error& error, int status);
HttpResponse json_response(std::string body, int status = 200);

// The Error of a response with status >= 400, also when its body is not ours.
Error parse_error(int status, std::string_view body);

}  // namespace drover::os
