// What the load clients verify: that no increment is lost or applied twice, and that every value
// read is the one written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace drover::cli {

// Follows one counter that only this client increments, one request at a time.
//
// A request whose connection broke before its reply is in doubt: it may have been applied or not,
// so the next value may count it or not. Everything else is exact: a smaller value means that
// acknowledged increments were lost, a larger one that increments were applied more than once.
class CounterCheck {
 public:
  explicit CounterCheck(std::int64_t start) : acknowledged_(start) {}

  void sent() { ++in_doubt_; }
  // The reply to the request sent last.
  void replied(std::int64_t value);
  // The counter as read after the last request was answered or given up.
  void final_value(std::int64_t value);

  [[nodiscard]] std::int64_t acknowledged() const { return acknowledged_; }
  [[nodiscard]] std::int64_t lost() const { return lost_; }
  [[nodiscard]] std::int64_t duplicated() const { return duplicated_; }

 private:
  void judge(std::int64_t value, std::int64_t lowest, std::int64_t highest);

  std::int64_t acknowledged_;
  std::int64_t in_doubt_ = 0;
  std::int64_t lost_ = 0;
  std::int64_t duplicated_ = 0;
};

// A data set whose every value follows from (seed, key), so that a reader can verify all of it
// without a second copy. The bytes are pseudo-random: they do not compress, which is the worst case
// for a transfer.
struct DataSet {
  std::uint64_t seed = 1;
  std::int64_t keys = 0;
  std::size_t value_bytes = 4096;

  [[nodiscard]] static std::string key(std::int64_t index);
  [[nodiscard]] std::string value(std::int64_t index) const;
  [[nodiscard]] bool matches(std::int64_t index, std::string_view stored) const;
};

// As many keys of 4 KiB as fill `bytes`.
DataSet make_data_set(std::uint64_t seed, std::int64_t bytes);

// The splitmix64 sequence; good enough to make data and to pick keys, and the same on every
// machine.
class SplitMix {
 public:
  explicit SplitMix(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();

 private:
  std::uint64_t state_;
};

}  // namespace drover::cli
