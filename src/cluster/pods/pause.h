// A process that is in namespaces of its own, which live as long as it.
#pragma once

#include <span>
#include <string>

#include "base/result.h"

namespace drover::cluster::pods {

// --new net,ipc,uts (any of them), --hostname NAME (of a new uts). Makes the namespaces, with
// loopback up in a new net, writes "ready\n" to stdout, and returns at SIGTERM.
Result<> hold_namespaces(std::span<const std::string> arguments);

}  // namespace drover::cluster::pods
