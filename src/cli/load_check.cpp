#include "cli/load_check.h"

#include <algorithm>
#include <cstring>
#include <format>

namespace drover::cli {

void CounterCheck::replied(std::int64_t value) {
  judge(value, acknowledged_ + 1, acknowledged_ + in_doubt_);
}

void CounterCheck::final_value(std::int64_t value) {
  judge(value, acknowledged_, acknowledged_ + in_doubt_);
}

// Goes on from the value seen, so that one fault is counted once.
void CounterCheck::judge(std::int64_t value, std::int64_t lowest, std::int64_t highest) {
  lost_ += std::max<std::int64_t>(lowest - value, 0);
  duplicated_ += std::max<std::int64_t>(value - highest, 0);
  acknowledged_ = value;
  in_doubt_ = 0;
}

std::string DataSet::key(std::int64_t index) { return std::format("drover:data:{:08}", index); }

std::string DataSet::value(std::int64_t index) const {
  SplitMix words(seed ^ (static_cast<std::uint64_t>(index) * 0xD1B54A32D192ED03U));
  std::string bytes(value_bytes, '\0');
  for (std::size_t at = 0; at < bytes.size(); at += sizeof(std::uint64_t)) {
    const auto word = words.next();
    std::memcpy(bytes.data() + at, &word, std::min(sizeof(word), bytes.size() - at));
  }
  return bytes;
}

bool DataSet::matches(std::int64_t index, std::string_view stored) const {
  return stored == value(index);
}

DataSet make_data_set(std::uint64_t seed, std::int64_t bytes) {
  DataSet set{.seed = seed};
  set.keys = std::max<std::int64_t>(bytes / static_cast<std::int64_t>(set.value_bytes), 1);
  return set;
}

std::uint64_t SplitMix::next() {
  state_ += 0x9E3779B97F4A7C15U;
  auto z = state_;
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31U);
}

}  // namespace drover::cli
