#include "cli/shim.h"

#include <print>

#include "cluster/pods/shim.h"
#include "os/signal.h"

namespace drover::cli {

int run_shim(std::span<const std::string> arguments) {
  os::set_process_name("drover-shim");
  const auto done = cluster::pods::read_shim_options(arguments).and_then(cluster::pods::run_shim);
  if (done) return 0;
  std::println(stderr, "drover shim: {}", done.error().what);
  return 1;
}

}  // namespace drover::cli
