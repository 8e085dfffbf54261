// Read connections to one carbon store, for the threads of a server.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "base/result.h"
#include "carbon/store.h"

namespace drover::api {

using OpenStore = std::function<Result<std::unique_ptr<carbon::Store>>()>;

// Thread-safe; each store that it lends is used by one thread at a time.
class StorePool {
 public:
  StorePool(OpenStore open, std::size_t most) : open_(std::move(open)), most_(most) {}

  // Gives the store back when it goes.
  class Lease {
   public:
    Lease(StorePool& pool, std::unique_ptr<carbon::Store> store)
        : pool_(&pool), store_(std::move(store)) {}
    Lease(Lease&& other) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease();
    carbon::Store* operator->() const { return store_.get(); }
    carbon::Store& operator*() const { return *store_; }

   private:
    StorePool* pool_;
    std::unique_ptr<carbon::Store> store_;
  };

  // Opens one when none is idle and fewer than `most` are open; else waits. kTimeout after 10 s.
  Result<Lease> lend();

 private:
  void give_back(std::unique_ptr<carbon::Store> store);

  OpenStore open_;
  std::size_t most_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<carbon::Store>> idle_;
  std::size_t lent_ = 0;
};

}  // namespace drover::api
