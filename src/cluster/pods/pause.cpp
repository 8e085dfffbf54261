#include "cluster/pods/pause.h"

#include <sched.h>
#include <unistd.h>

#include <format>
#include <optional>
#include <ranges>
#include <string_view>

#include "os/file.h"
#include "os/netlink.h"
#include "os/signal.h"

namespace drover::cluster::pods {
namespace {

struct PauseOptions {
  int namespaces = 0;  // flags of unshare(2)
  std::string hostname;
};

Result<int> namespace_flag(std::string_view name) {
  if (name == "net") return CLONE_NEWNET;
  if (name == "ipc") return CLONE_NEWIPC;
  if (name == "uts") return CLONE_NEWUTS;
  return invalid(std::format("'{}' is not a namespace; use net, ipc or uts", name));
}

Result<PauseOptions> read_options(std::span<const std::string> arguments) {
  PauseOptions options;
  for (std::size_t i = 0; i + 1 < arguments.size(); i += 2) {
    if (arguments[i] == "--hostname") {
      options.hostname = arguments[i + 1];
    } else if (arguments[i] == "--new") {
      for (const auto part : arguments[i + 1] | std::views::split(',')) {
        const auto flag = namespace_flag(std::string_view(part));
        if (!flag) return std::unexpected(flag.error());
        options.namespaces |= *flag;
      }
    } else {
      return invalid(std::format("'{}' is unknown", arguments[i]));
    }
  }
  return options;
}

Result<> make_namespaces(const PauseOptions& options) {
  if (::unshare(options.namespaces) != 0) return os::system_error("unshare");
  // Without this the name would be the machine's.
  const bool own_name = (options.namespaces & CLONE_NEWUTS) != 0 && !options.hostname.empty();
  if (own_name && ::sethostname(options.hostname.data(), options.hostname.size()) != 0) {
    return os::system_error("sethostname");
  }
  return (options.namespaces & CLONE_NEWNET) != 0 ? os::set_up("lo") : Result<>{};
}

Result<> hold(const PauseOptions& options) {
  auto signals = os::SignalWaiter::for_termination();
  if (!signals) return std::unexpected(signals.error());
  return make_namespaces(options)
      .and_then([] { return os::write_all(STDOUT_FILENO, "ready\n"); })
      .and_then([&] { return signals->wait(); })
      .transform([](std::optional<int>) {});
}

}  // namespace

Result<> hold_namespaces(std::span<const std::string> arguments) {
  return read_options(arguments).and_then(hold);
}

}  // namespace drover::cluster::pods
