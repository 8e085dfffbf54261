#include "os/http_body.h"

#include <sys/socket.h>

#include <format>

#include <httplib.h>
#include <openssl/ssl.h>

namespace drover::os {

namespace {

// A client that is in the middle of sending reads our answer only after it has sent everything; so
// the rest of a body that is refused is taken and dropped, up to here.
constexpr std::int64_t kDropLimit = 1L << 30;

}  // namespace

bool has_body(const httplib::Request& request) {
  return request.get_header_value_u64("Content-Length") > 0 ||
         request.has_header("Transfer-Encoding");
}

void announce_end(const httplib::Request& request) {
  // httplib tells the client what the request's own header says.
  auto& headers = const_cast<httplib::Request&>(request).headers;
  headers.erase("Connection");
  headers.emplace("Connection", "close");
}

void stop_reading(const httplib::Request& request) {
  announce_end(request);
  if (request.ssl != nullptr) ::shutdown(::SSL_get_fd(request.ssl), SHUT_RD);
}

Result<> RequestBody::read(const ChunkSink& sink) {
  if (read_) return internal("the body of a request can be read only once");
  read_ = true;
  if (!has_body(request_)) return {};
  // One that says so is too long before any of it is read; httplib may not even hand it on.
  const auto announced = request_.get_header_value_u64("Content-Length");
  if (announced > static_cast<std::uint64_t>(limit_)) {
    announced_too_long_ = true;
    result_ = too_long_error();
  }
  const bool complete = reader_([&](const char* data, std::size_t size) {
    return take(sink, std::as_bytes(std::span(data, size)));
  });
  if (!complete && result_) {
    result_ = unavailable("the client went away in the middle of the body");
  }
  if (!complete) stop_reading(request_);
  return result_;
}

std::unexpected<Error> RequestBody::too_long_error() const {
  return invalid(std::format("the body is longer than {} bytes", limit_));
}

// False ends reading for good; so an error of the sink only stops the giving, not yet the taking.
bool RequestBody::take(const ChunkSink& sink, std::span<const std::byte> chunk) {
  received_ += static_cast<std::int64_t>(chunk.size());
  if (result_ && too_long()) {
    result_ = too_long_error();
  }
  if (result_) {
    result_ = sink(chunk);
    return true;
  }
  dropped_ += static_cast<std::int64_t>(chunk.size());
  return dropped_ <= kDropLimit;
}

void RequestBody::finish() {
  if (read_) return;
  [[maybe_unused]] const auto dropped =
      read([](std::span<const std::byte>) -> Result<> { return conflict("not wanted"); });
}

}  // namespace drover::os
