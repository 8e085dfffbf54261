#include "api/store/store_pool.h"

#include <chrono>
#include <utility>

namespace drover::api {

StorePool::Lease::~Lease() {
  if (store_) {
    pool_->give_back(std::move(store_));
  }
}

Result<StorePool::Lease> StorePool::lend() {
  constexpr auto kPatience = std::chrono::seconds{10};
  std::unique_lock lock(mutex_);
  if (!returned_.wait_for(lock, kPatience, [&] { return !idle_.empty() || lent_ < most_; })) {
    return timed_out("all connections to the carbon store have been busy for 10 s");
  }
  ++lent_;
  if (!idle_.empty()) {
    auto store = std::move(idle_.back());
    idle_.pop_back();
    return Lease(*this, std::move(store));
  }
  lock.unlock();
  auto opened = open_();
  if (!opened) {
    give_back(nullptr);
    return std::unexpected(opened.error());
  }
  return Lease(*this, *std::move(opened));
}

void StorePool::give_back(std::unique_ptr<carbon::Store> store) {
  {
    const std::scoped_lock lock(mutex_);
    --lent_;
    if (store) {
      idle_.push_back(std::move(store));
    }
  }
  returned_.notify_one();
}

}  // namespace drover::api
