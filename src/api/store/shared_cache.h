// Values that many threads ask for and one makes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "base/result.h"
#include "base/time.h"

namespace drover::api {

// Thread-safe. Who asks for what another thread is making waits for that thread; who asks for
// anything else does not. Errors are given to all who wait, and not kept.
template <class T>
class SharedCache {
 public:
  using Value = std::shared_ptr<const T>;
  struct Limits {
    std::size_t most = 1;  // values; the one longest unused goes first
    Duration lifetime{};
  };
  SharedCache(const Clock& clock, const Limits& limits) : clock_(clock), limits_(limits) {}

  template <class Make>
  Result<Value> get(const std::string& key, const Make& make) {
    std::promise<Result<Value>> promise;
    if (auto others = join(key, promise.get_future().share())) {
      return others->get();
    }
    Forget forget{.cache = this, .key = &key};  // also when `make` throws
    Result<Value> made = make();
    if (made) {
      forget.cache = nullptr;
    }
    promise.set_value(made);
    return made;
  }

  [[nodiscard]] std::size_t size() const {
    const std::scoped_lock lock(mutex_);
    return entries_.size();
  }

 private:
  using Future = std::shared_future<Result<Value>>;
  struct Entry {
    Future value;
    Instant made;
    std::uint64_t used = 0;
  };
  struct Forget {
    SharedCache* cache = nullptr;
    const std::string* key = nullptr;
    ~Forget() {
      if (cache != nullptr) {
        const std::scoped_lock lock(cache->mutex_);
        cache->entries_.erase(*key);
      }
    }
  };

  // What others have made or are making; else `mine` is entered, and nothing returned.
  std::optional<Future> join(const std::string& key, Future mine) {
    const std::scoped_lock lock(mutex_);
    const Instant now = clock_.now();
    const auto found = entries_.find(key);
    if (found != entries_.end() && now - found->second.made < limits_.lifetime) {
      found->second.used = ++uses_;
      return found->second.value;
    }
    entries_.insert_or_assign(key, Entry{.value = std::move(mine), .made = now, .used = ++uses_});
    if (entries_.size() > limits_.most) {
      entries_.erase(std::ranges::min_element(entries_, {},
                                              [](const auto& entry) { return entry.second.used; }));
    }
    return std::nullopt;
  }

  const Clock& clock_;
  Limits limits_;
  mutable std::mutex mutex_;
  std::map<std::string, Entry> entries_;
  std::uint64_t uses_ = 0;
};

}  // namespace drover::api
