#include "cli/pause.h"

#include <print>

#include "cluster/pods/pause.h"
#include "os/signal.h"

namespace drover::cli {

int run_pause(std::span<const std::string> arguments) {
  os::set_process_name("drover-pause");
  const auto held = cluster::pods::hold_namespaces(arguments);
  if (held) return 0;
  std::println(stderr, "drover pause: {}", held.error().what);
  return 1;
}

}  // namespace drover::cli
