// One TCP connection to a Redis server. The only place that includes hiredis.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"

// The name that hiredis gives it.
// NOLINTNEXTLINE(readability-identifier-naming)
struct redisContext;

namespace drover::cli {

struct RedisTarget {
  std::string address = "127.0.0.1";
  int port = 6379;
  Duration connect_timeout = std::chrono::seconds{5};
  Duration reply_timeout = std::chrono::seconds{30};
};

// Blocking, TCP_NODELAY, used by one thread at a time. Errors: kUnavailable and kTimeout leave the
// connection broken, kInvalid is an error reply of the server on a connection that lives on.
class RedisConnection {
 public:
  static Result<RedisConnection> open(const RedisTarget& target);

  Result<std::int64_t> increment(const std::string& key);
  // nullopt: the key does not exist.
  Result<std::optional<std::string>> get(const std::string& key);
  // Pipelined: all requests are written before the first reply is read.
  Result<> set_all(const std::vector<std::pair<std::string, std::string>>& items);
  Result<> ping();

  [[nodiscard]] bool broken() const;

 private:
  struct Closer {
    void operator()(redisContext* context) const;
  };
  struct Reply;

  explicit RedisConnection(redisContext* context) : context_(context) {}
  Result<> append(const std::vector<std::string_view>& words);
  Result<Reply> read_reply();
  Result<Reply> command(const std::vector<std::string_view>& words);
  [[nodiscard]] Error context_error() const;

  std::unique_ptr<redisContext, Closer> context_;
};

}  // namespace drover::cli
