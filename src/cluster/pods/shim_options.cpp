#include "cluster/pods/shim_options.h"

#include <charconv>
#include <format>
#include <map>

namespace drover::cluster::pods {

std::vector<std::string> shim_arguments(const ShimOptions& options) {
  return {"--container", options.container.dir,
          "--id",        options.id,
          "--root",      options.runtime_root,
          "--runtime",   options.runtime,
          "--image",     options.image,
          "--cgroup",    options.cgroup,
          "--grace-s",   std::to_string(options.grace.count())};
}

Result<ShimOptions> read_shim_options(std::span<const std::string> arguments) {
  std::map<std::string, std::string> pairs;
  for (std::size_t i = 0; i + 1 < arguments.size(); i += 2) pairs[arguments[i]] = arguments[i + 1];
  for (const auto* name :
       {"--container", "--id", "--root", "--runtime", "--image", "--cgroup", "--grace-s"}) {
    if (!pairs.contains(name)) return invalid(std::format("{} is missing", name));
  }
  const auto& grace = pairs["--grace-s"];
  std::int64_t seconds = 0;
  const auto [stop, status] = std::from_chars(grace.data(), grace.data() + grace.size(), seconds);
  if (status != std::errc{} || stop != grace.data() + grace.size() || seconds < 0) {
    return invalid(std::format("--grace-s '{}' is not a number of seconds", grace));
  }
  return ShimOptions{.container = {pairs["--container"]},
                     .id = pairs["--id"],
                     .runtime_root = pairs["--root"],
                     .runtime = pairs["--runtime"],
                     .image = pairs["--image"],
                     .cgroup = pairs["--cgroup"],
                     .grace = std::chrono::seconds(seconds)};
}

}  // namespace drover::cluster::pods
