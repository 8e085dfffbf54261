#include "cluster/local/agent_keeper.h"

#include <algorithm>

#include "cluster/local/daemons.h"
#include "cluster/local/process_file.h"
#include "os/log.h"

namespace drover::cluster::local {
namespace {

constexpr Duration kLongestWait = std::chrono::seconds{30};

}  // namespace

void AgentKeeper::look(Instant now, const std::stop_token& stop) {
  for (const auto& node : cluster_.nodes) {
    auto& attempts = attempts_[node.name];
    if (live_process(paths_.agent(node.name), "")) {
      // It has lived longer than the next one would have had to wait.
      if (now > attempts.next + attempts.wait) {
        attempts = {};
      }
    } else if (now >= attempts.next && !stop.stop_requested()) {
      attempts.next = now + attempts.wait;
      attempts.wait = std::min(2 * attempts.wait, kLongestWait);
      start(node.name, stop);
    }
  }
}

void AgentKeeper::start(const NodeId& node, const std::stop_token& stop) {
  const std::function<bool()> stopped = [&stop] { return stop.stop_requested(); };
  const auto started =
      start_agent({.paths = paths_, .drover = drover_, .interrupted = stopped}, node);
  if (started) {
    os::log_warning("the agent of node {} had ended and was started again", node);
  } else {
    os::log_error("{}", started.error().what);
  }
}

}  // namespace drover::cluster::local
