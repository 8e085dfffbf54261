#include "cli/pod_remover.h"

#include <algorithm>

#include "os/log.h"

namespace drover::cli {

PodRemover::PodRemover(cluster::pods::PodRuntime& runtime)
    : runtime_(runtime), thread_([this](const std::stop_token& stop) { run(stop); }) {}

void PodRemover::remove(const std::string& pod, Duration grace) {
  const std::scoped_lock guard(mutex_);
  if (!std::ranges::contains(orders_, pod, &Order::pod)) {
    orders_.push_back({.pod = pod, .grace = grace});
    wake_.notify_one();
  }
}

void PodRemover::run(const std::stop_token& stop) {
  while (true) {
    Order order;
    {
      std::unique_lock guard(mutex_);
      if (!wake_.wait(guard, stop, [&] { return !orders_.empty(); })) {
        return;
      }
      order = orders_.front();
    }
    const auto removed =
        runtime_.stop(order.pod, order.grace)
            .or_else([](const Error& error) -> Result<> {
              return error.code == Code::kNotFound ? Result<>{} : std::unexpected(error);
            })
            .and_then([&] { return runtime_.remove(order.pod); });
    if (!removed) {
      os::log_warning("deleting pod {}: {}", order.pod, removed.error().what);
    }
    const std::scoped_lock guard(mutex_);
    orders_.pop_front();
  }
}

}  // namespace drover::cli
