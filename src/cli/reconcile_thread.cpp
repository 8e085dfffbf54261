#include "cli/reconcile_thread.h"

#include "os/clock.h"
#include "os/log.h"

namespace drover::cli {
namespace {

constexpr Duration kInterval = std::chrono::seconds{1};
constexpr Duration kLook = std::chrono::milliseconds{20};

}  // namespace

ReconcileThread::ReconcileThread(cluster::local::Reconciler::Ports ports,
                                 cluster::local::AgentKeeper keeper)
    : keeper_(std::move(keeper)),
      reconciler_(std::move(ports)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void ReconcileThread::run(const std::stop_token& stop) {
  const os::RealClock clock;
  while (!stop.stop_requested()) {
    const os::Stopwatch since;
    woken_.store(false);
    keeper_.look(clock.now(), stop);
    if (const auto done = reconciler_.step(clock.now()); !done) {
      os::log_error("reconciling: {}", done.error().what);
    }
    while (since.elapsed() < kInterval && !woken_.load() && os::pause_for(kLook, stop)) {
    }
  }
}

}  // namespace drover::cli
