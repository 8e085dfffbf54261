#include "cli/load_connection.h"

#include <cerrno>
#include <cstring>
#include <format>

#include <hiredis/hiredis.h>

namespace drover::cli {
namespace {

timeval to_timeval(Duration duration) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration);
  const auto rest = std::chrono::duration_cast<std::chrono::microseconds>(duration - seconds);
  return {.tv_sec = seconds.count(), .tv_usec = rest.count()};
}

std::string_view kind_of(int type) {
  switch (type) {
    case REDIS_REPLY_STRING:
      return "a string";
    case REDIS_REPLY_INTEGER:
      return "an integer";
    case REDIS_REPLY_NIL:
      return "nil";
    case REDIS_REPLY_STATUS:
      return "a status";
    default:
      return "something else";
  }
}

std::unexpected<Error> unexpected_reply(std::string_view wanted, int type) {
  return invalid(
      std::format("the server answered with {} where {} belongs", kind_of(type), wanted));
}

}  // namespace

struct RedisConnection::Reply {
  struct Free {
    void operator()(redisReply* reply) const { freeReplyObject(reply); }
  };
  std::unique_ptr<redisReply, Free> own;
};

void RedisConnection::Closer::operator()(redisContext* context) const { redisFree(context); }

Result<RedisConnection> RedisConnection::open(const RedisTarget& target) {
  const auto limit = to_timeval(target.connect_timeout);
  RedisConnection connection(redisConnectWithTimeout(target.address.c_str(), target.port, limit));
  const auto place = std::format("connecting to Redis at {}:{}", target.address, target.port);
  if (connection.context_ == nullptr) {
    return unavailable(place + ": out of memory");
  }
  if (connection.broken()) {
    return std::unexpected(doing(place)(connection.context_error()));
  }
  if (redisSetTimeout(connection.context_.get(), to_timeval(target.reply_timeout)) != REDIS_OK) {
    return std::unexpected(doing(place)(connection.context_error()));
  }
  return connection;
}

Result<std::int64_t> RedisConnection::increment(const std::string& key) {
  return command({"INCR", key}).and_then([](const Reply& reply) -> Result<std::int64_t> {
    if (reply.own->type != REDIS_REPLY_INTEGER) {
      return unexpected_reply("an integer", reply.own->type);
    }
    return reply.own->integer;
  });
}

Result<std::optional<std::string>> RedisConnection::get(const std::string& key) {
  return command({"GET", key})
      .and_then([](const Reply& reply) -> Result<std::optional<std::string>> {
        if (reply.own->type == REDIS_REPLY_NIL) {
          return std::nullopt;
        }
        if (reply.own->type != REDIS_REPLY_STRING) {
          return unexpected_reply("a string", reply.own->type);
        }
        return std::string(reply.own->str, reply.own->len);
      });
}

Result<> RedisConnection::set_all(const std::vector<std::pair<std::string, std::string>>& items) {
  for (const auto& [key, value] : items) {
    if (auto appended = append({"SET", key, value}); !appended) {
      return appended;
    }
  }
  Result<> outcome;
  for (std::size_t i = 0; i < items.size() && !broken(); ++i) {
    if (auto reply = read_reply(); !reply && outcome) {
      outcome = std::unexpected(reply.error());
    }
  }
  return outcome;
}

Result<> RedisConnection::ping() {
  return command({"PING"}).transform([](const Reply&) {});
}

bool RedisConnection::broken() const { return context_->err != 0; }

Result<> RedisConnection::append(const std::vector<std::string_view>& words) {
  std::vector<const char*> texts;
  std::vector<std::size_t> lengths;
  for (const auto word : words) {
    texts.push_back(word.data());
    lengths.push_back(word.size());
  }
  const auto count = static_cast<int>(words.size());
  if (redisAppendCommandArgv(context_.get(), count, texts.data(), lengths.data()) != REDIS_OK) {
    return std::unexpected(context_error());
  }
  return {};
}

Result<RedisConnection::Reply> RedisConnection::read_reply() {
  void* raw = nullptr;
  if (redisGetReply(context_.get(), &raw) != REDIS_OK || raw == nullptr) {
    return std::unexpected(context_error());
  }
  Reply reply;
  reply.own.reset(static_cast<redisReply*>(raw));
  if (reply.own->type == REDIS_REPLY_ERROR) {
    return invalid(
        std::format("the server answered: {}", std::string_view(reply.own->str, reply.own->len)));
  }
  return reply;
}

Result<RedisConnection::Reply> RedisConnection::command(
    const std::vector<std::string_view>& words) {
  return append(words).and_then([this] { return read_reply(); });
}

// A reply that did not come in time leaves the stream out of step, so hiredis gives the connection
// up as well.
Error RedisConnection::context_error() const {
  const bool timeout =
      context_->err == REDIS_ERR_TIMEOUT || (context_->err == REDIS_ERR_IO && errno == EAGAIN);
  if (timeout) {
    return {Code::kTimeout, "no reply in time"};
  }
  return {Code::kUnavailable, std::format("connection lost: {}", context_->errstr)};
}

}  // namespace drover::cli
