#include "cli/shim.h"

#include <charconv>
#include <format>
#include <map>
#include <print>

#include "cluster/pods/shim.h"
#include "os/signal.h"

namespace drover::cli {
namespace {

constexpr int kUsage = 64;

// Pairs of "--name value"; only the pod runtime calls this, so that is all there is.
Result<std::map<std::string, std::string>> read_pairs(std::span<const std::string> arguments) {
  std::map<std::string, std::string> pairs;
  for (std::size_t i = 0; i + 1 < arguments.size(); i += 2) pairs[arguments[i]] = arguments[i + 1];
  for (const auto* name :
       {"--container", "--id", "--root", "--runtime", "--image", "--cgroup", "--grace-s"}) {
    if (!pairs.contains(name)) return invalid(std::format("shim: {} is missing", name));
  }
  return pairs;
}

Result<cluster::pods::ShimOptions> read_options(std::span<const std::string> arguments) {
  return read_pairs(arguments).and_then(
      [](std::map<std::string, std::string> pairs) -> Result<cluster::pods::ShimOptions> {
        const auto& grace = pairs["--grace-s"];
        std::int64_t seconds = 0;
        if (std::from_chars(grace.data(), grace.data() + grace.size(), seconds).ec != std::errc{}) {
          return invalid(std::format("shim: --grace-s '{}' is not a number", grace));
        }
        return cluster::pods::ShimOptions{.container = {pairs["--container"]},
                                          .id = pairs["--id"],
                                          .runtime_root = pairs["--root"],
                                          .runtime = pairs["--runtime"],
                                          .image = pairs["--image"],
                                          .cgroup = pairs["--cgroup"],
                                          .grace = std::chrono::seconds(seconds)};
      });
}

}  // namespace

int run_shim(std::span<const std::string> arguments) {
  os::set_process_name("drover-shim");
  const auto options = read_options(arguments);
  if (!options) {
    std::println(stderr, "{}", options.error().what);
    return kUsage;
  }
  const auto done = cluster::pods::run_shim(*options);
  if (done) return 0;
  std::println(stderr, "drover shim {}: {}", options->id, done.error().what);
  return 1;
}

}  // namespace drover::cli
