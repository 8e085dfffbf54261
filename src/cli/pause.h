// `drover pause`: holds namespaces by being in them, and does nothing else. Hidden; nodes, the
// fabric and pods have one each.
#pragma once

#include <span>
#include <string>

namespace drover::cli {

// pause [--new net,ipc,uts,…] [--hostname NAME]: makes the namespaces, then writes "ready\n" to
// stdout and waits for SIGTERM.
int run_pause(std::span<const std::string> arguments);

}  // namespace drover::cli
