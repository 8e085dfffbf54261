// The synthetic grid, read like a store: all its zones, from 2020 to the hour that `now` lies in.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include "base/time.h"
#include "carbon/store.h"

namespace drover::api {

// Zone by zone the hours that have been asked for, once for all stores. Thread-safe.
class SyntheticGrid {
 public:
  explicit SyntheticGrid(std::uint64_t seed) : seed_(seed) {}
  // From 2020 to `to` at least.
  Result<std::shared_ptr<const carbon::Series>> series(const ZoneId& zone, carbon::Scope scope,
                                                       Instant to);

 private:
  std::uint64_t seed_;
  std::mutex mutex_;
  std::map<std::pair<ZoneId, carbon::Scope>, std::shared_ptr<const carbon::Series>> made_;
};

// write() and write_forecasts() are refused. Both outlive it.
std::unique_ptr<carbon::Store> make_synthetic_store(SyntheticGrid& grid, const Clock& clock);

}  // namespace drover::api
