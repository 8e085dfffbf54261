// The body of a request that httplib reads. Internal to os/http_server.
#pragma once

#include <cstdint>

#include <httplib.h>

#include "base/units.h"
#include "os/http.h"

namespace httplib {
struct Request;
class ContentReader;
}  // namespace httplib

namespace drover::os {

bool has_body(const httplib::Request& request);

// Tells the client, with the response, to close the connection.
void announce_end(const httplib::Request& request);

// The same and, with TLS, makes the server see the end of what the client sends.
void stop_reading(const httplib::Request& request);

class RequestBody final : public BodySource {
 public:
  RequestBody(const httplib::Request& request, const httplib::ContentReader& reader, Bytes limit)
      : request_(request), reader_(reader), limit_(limit.count()) {}

  Result<> read(const ChunkSink& sink) override;

  // To be called after the handler: what it left unread would be taken for the next request.
  void finish();

  [[nodiscard]] bool too_long() const { return announced_too_long_ || received_ > limit_; }

 private:
  [[nodiscard]] std::unexpected<Error> too_long_error() const;
  bool take(const ChunkSink& sink, std::span<const std::byte> chunk);

  const httplib::Request& request_;
  const httplib::ContentReader& reader_;
  std::int64_t limit_;
  std::int64_t received_ = 0;
  std::int64_t dropped_ = 0;
  bool read_ = false;
  bool announced_too_long_ = false;
  Result<> result_;
};

}  // namespace drover::os
