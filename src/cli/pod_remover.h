// Deletes pods in the background: a container may take its whole grace period to end, and a caller
// is not kept waiting for that.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

#include "base/time.h"
#include "cluster/pods/pod_runtime.h"

namespace drover::cli {

// Thread-safe. Removal is not remembered over a restart of the agent: the controller asks until the
// pod is gone.
class PodRemover {
 public:
  explicit PodRemover(cluster::pods::PodRuntime& runtime);

  // Does nothing when the pod is waiting to be deleted, or being deleted, already.
  void remove(const std::string& pod, Duration grace);

 private:
  struct Order {
    std::string pod;
    Duration grace{0};
  };
  void run(const std::stop_token& stop);

  cluster::pods::PodRuntime& runtime_;
  std::mutex mutex_;  // guards orders_; the first is being carried out
  std::condition_variable_any wake_;
  std::deque<Order> orders_;
  std::jthread thread_;  // last: it ends before what it uses
};

}  // namespace drover::cli
