#include "cli/load_histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace drover::cli {

void LatencyHistogram::add(Micros latency) {
  const auto micros = std::max<Micros::rep>(latency.count(), 0);
  buckets_[bucket_of(static_cast<std::uint64_t>(micros))].fetch_add(1, std::memory_order_relaxed);
  raise_max(micros);
}

void LatencyHistogram::merge(const LatencyHistogram& other) {
  for (std::size_t i = 0; i < kBuckets; ++i) {
    buckets_[i].fetch_add(other.buckets_[i].load(std::memory_order_relaxed),
                          std::memory_order_relaxed);
  }
  raise_max(other.max_.load(std::memory_order_relaxed));
}

std::int64_t LatencyHistogram::count() const {
  std::int64_t total = 0;
  for (const auto& bucket : buckets_) {
    total += bucket.load(std::memory_order_relaxed);
  }
  return total;
}

Micros LatencyHistogram::max() const { return Micros{max_.load(std::memory_order_relaxed)}; }

Micros LatencyHistogram::quantile(double share) const {
  const auto total = count();
  const auto wanted = std::max<std::int64_t>(
      1, static_cast<std::int64_t>(std::ceil(share * static_cast<double>(total))));
  std::int64_t seen = 0;
  for (std::size_t i = 0; i < kBuckets && total > 0; ++i) {
    seen += buckets_[i].load(std::memory_order_relaxed);
    if (seen >= wanted) {
      return std::min(Micros{static_cast<Micros::rep>(upper_bound(i))}, max());
    }
  }
  return max();
}

// Bucket (e, m): values whose highest bit is e, with the next kSubBits bits m.
std::size_t LatencyHistogram::bucket_of(std::uint64_t micros) {
  constexpr std::uint64_t kExact = 1U << kSubBits;
  if (micros < kExact) {
    return micros;
  }
  const auto top = static_cast<unsigned>(std::bit_width(micros)) - 1;
  if (top >= kTopBit) {
    return kBuckets - 1;
  }
  const auto shift = top - kSubBits;
  const auto sub = (micros >> shift) - kExact;
  return ((static_cast<std::size_t>(shift) + 1) << kSubBits) + sub;
}

std::uint64_t LatencyHistogram::upper_bound(std::size_t bucket) {
  constexpr std::uint64_t kExact = 1U << kSubBits;
  const auto group = bucket >> kSubBits;
  if (group == 0) {
    return bucket;
  }
  const auto sub = bucket & (kExact - 1);
  return ((kExact + sub + 1) << (group - 1)) - 1;
}

void LatencyHistogram::raise_max(std::int64_t micros) {
  auto seen = max_.load(std::memory_order_relaxed);
  while (seen < micros && !max_.compare_exchange_weak(seen, micros, std::memory_order_relaxed)) {
  }
}

}  // namespace drover::cli
