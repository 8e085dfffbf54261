// Latencies of one client, counted without locks: the client's thread adds, any thread reads.
//
// Log-linear buckets over whole microseconds: exact below 2^kSubBits, then 2^kSubBits buckets per
// power of two, so a quantile is at most 1/16 too high and never too low. Values beyond about 71
// minutes land in the last bucket.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>

namespace drover::cli {

using Micros = std::chrono::microseconds;

class LatencyHistogram {
 public:
  void add(Micros latency);
  // Adds what the other has counted so far.
  void merge(const LatencyHistogram& other);

  [[nodiscard]] std::int64_t count() const;
  [[nodiscard]] Micros max() const;
  // The smallest bucket bound that at least `share` (0..1] of all values do not exceed; zero when
  // nothing was counted.
  [[nodiscard]] Micros quantile(double share) const;

 private:
  static constexpr unsigned kSubBits = 4;
  static constexpr unsigned kTopBit = 32;
  static constexpr std::size_t kBuckets = (kTopBit - kSubBits + 1) << kSubBits;

  static std::size_t bucket_of(std::uint64_t micros);
  static std::uint64_t upper_bound(std::size_t bucket);
  void raise_max(std::int64_t micros);

  std::array<std::atomic<std::int64_t>, kBuckets> buckets_{};
  std::atomic<std::int64_t> max_{0};
};

}  // namespace drover::cli
