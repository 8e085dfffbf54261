// The reconciler and the keeper of the agents on a thread of their own: once a second, and at once
// when something was changed.
#pragma once

#include <atomic>
#include <thread>

#include "cluster/local/agent_keeper.h"
#include "cluster/local/reconciler.h"

namespace drover::cli {

class ReconcileThread {
 public:
  // The thread is born in the calling thread's network namespace, which must be the fabric's.
  ReconcileThread(cluster::local::Reconciler::Ports ports, cluster::local::AgentKeeper keeper);

  // From any thread: do not wait for the next second.
  void wake() { woken_.store(true); }

  // What the last pass saw of the nodes. Never null; from any thread.
  [[nodiscard]] std::shared_ptr<const cluster::local::Observation> last_seen() const {
    return reconciler_.last_seen();
  }

 private:
  void run(const std::stop_token& stop);

  cluster::local::AgentKeeper keeper_;
  cluster::local::Reconciler reconciler_;
  std::atomic<bool> woken_{false};
  std::jthread thread_;  // last: it ends before what it uses
};

}  // namespace drover::cli
