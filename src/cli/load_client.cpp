#include "cli/load_client.h"

#include <algorithm>
#include <charconv>
#include <format>
#include <utility>
#include <vector>

namespace drover::cli {
namespace {

constexpr Duration kRetryPause{100};
constexpr std::int64_t kFillBatch = 64;
constexpr std::string_view kCounterKey = "drover:counter";

Result<std::int64_t> parse_counter(const std::optional<std::string>& text) {
  if (!text) {
    return 0;
  }
  std::int64_t value = 0;
  const auto* end = text->data() + text->size();
  if (const auto [stop, status] = std::from_chars(text->data(), end, value);
      status != std::errc{} || stop != end) {
    return invalid(std::format("key '{}' holds '{}', which is no number: use an empty Redis",
                               kCounterKey, *text));
  }
  return value;
}

Result<std::int64_t> read_counter(RedisConnection& connection) {
  return connection.get(std::string(kCounterKey)).and_then(parse_counter);
}

}  // namespace

Micros LoadClock::steady() const { return std::chrono::duration_cast<Micros>(began_.elapsed_ns()); }

LoadClient::LoadClient(std::string name, const ClientOptions& options, const LoadClock& clock)
    : options_(options), clock_(clock), stats_(std::move(name), options.min_stall) {}

Result<> LoadClient::prepare(const std::stop_token& stop) {
  const auto deadline = clock_.steady() + options_.patience;
  Result<> outcome = timed_out("stopped before it was connected");
  while (!stop.stop_requested()) {
    outcome = RedisConnection::open(options_.target).and_then([&](RedisConnection&& opened) {
      connection_ = std::move(opened);
      return connection_->ping();
    });
    if (outcome || clock_.steady() >= deadline) {
      break;
    }
    os::pause_for(kRetryPause, stop);
  }
  return outcome.and_then([&] { return make_ready(*connection_, stop); })
      .transform_error(doing(std::format("preparing the {}", stats_.name())));
}

void LoadClient::run(const std::stop_token& stop) {
  stats_.begin(clock_.now());
  auto next = clock_.steady();
  while (!stop.stop_requested()) {
    if (connection_->broken() && !reopen()) {
      os::pause_for(kRetryPause, stop);
      continue;
    }
    attempt();
    // After a stall it goes on at its pace instead of making up for what it missed.
    next = std::max(next + options_.interval, clock_.steady());
    wait_for(next, stop);
  }
  stats_.end(clock_.now());
  if (connection_->broken() && !reopen()) {
    stats_.failed("the final state could not be read: no connection");
    return;
  }
  if (auto concluded = conclude(*connection_); !concluded) {
    stats_.failed(concluded.error().what);
  }
}

void LoadClient::attempt() {
  const auto sent = clock_.now();
  if (auto done = operate(*connection_); done) {
    stats_.succeeded(sent, clock_.now());
  } else {
    stats_.failed(done.error().what);
  }
}

bool LoadClient::reopen() {
  auto opened = RedisConnection::open(options_.target);
  if (!opened) {
    return false;
  }
  connection_ = std::move(*opened);
  stats_.reconnected();
  return true;
}

// Sleeping has the grain of a millisecond: a shorter rest is carried over to the next operation.
void LoadClient::wait_for(Micros deadline, const std::stop_token& stop) const {
  const auto rest = std::chrono::duration_cast<Duration>(deadline - clock_.steady());
  if (rest.count() > 0) {
    os::pause_for(rest, stop);
  }
}

CounterClient::CounterClient(const ClientOptions& options, const LoadClock& clock)
    : LoadClient("writer", options, clock) {}

Result<> CounterClient::make_ready(RedisConnection& connection, const std::stop_token& /*stop*/) {
  return read_counter(connection).transform([this](std::int64_t value) {
    check_ = CounterCheck{value};
  });
}

Result<> CounterClient::operate(RedisConnection& connection) {
  const auto expected = check_.acknowledged() + 1;
  const auto faults = check_.lost() + check_.duplicated();
  check_.sent();
  return connection.increment(std::string(kCounterKey)).and_then([&](std::int64_t value) {
    check_.replied(value);
    return judged(expected, value, faults);
  });
}

Result<> CounterClient::conclude(RedisConnection& connection) {
  const auto expected = check_.acknowledged();
  const auto faults = check_.lost() + check_.duplicated();
  return read_counter(connection).and_then([&](std::int64_t value) {
    check_.final_value(value);
    return judged(expected, value, faults);
  });
}

Result<> CounterClient::judged(std::int64_t expected, std::int64_t got,
                               std::int64_t faults_before) const {
  if (check_.lost() + check_.duplicated() == faults_before) {
    return {};
  }
  return invalid(std::format("the counter is {} where {} belongs", got, expected));
}

DataClient::DataClient(const ClientOptions& options, const LoadClock& clock, DataSet data)
    : LoadClient("reader", options, clock), data_(data), choice_(data.seed) {}

Result<> DataClient::make_ready(RedisConnection& connection, const std::stop_token& stop) {
  for (std::int64_t first = 0; first < data_.keys && !stop.stop_requested(); first += kFillBatch) {
    const auto end = std::min(first + kFillBatch, data_.keys);
    std::vector<std::pair<std::string, std::string>> items;
    for (auto index = first; index < end; ++index) {
      items.emplace_back(DataSet::key(index), data_.value(index));
    }
    if (auto set = connection.set_all(items); !set) {
      return set;
    }
    filled_.store(end);
  }
  return {};
}

Result<> DataClient::operate(RedisConnection& connection) {
  return verify(connection,
                static_cast<std::int64_t>(choice_.next() % static_cast<std::uint64_t>(data_.keys)));
}

// Random reads miss some keys; at the end every one is read.
Result<> DataClient::conclude(RedisConnection& connection) {
  Result<> outcome;
  for (std::int64_t index = 0; index < filled_.load() && !connection.broken(); ++index) {
    if (auto verified = verify(connection, index); !verified && outcome) {
      outcome = verified;
    }
  }
  return outcome;
}

Result<> DataClient::verify(RedisConnection& connection, std::int64_t index) {
  return connection.get(DataSet::key(index))
      .and_then([&](const std::optional<std::string>& stored) -> Result<> {
        if (!stored) {
          ++lost_;
          return invalid(std::format("key '{}' is gone", DataSet::key(index)));
        }
        if (!data_.matches(index, *stored)) {
          ++corrupted_;
          return invalid(
              std::format("key '{}' does not hold what was written", DataSet::key(index)));
        }
        return {};
      });
}

}  // namespace drover::cli
