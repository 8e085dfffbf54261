#include "cluster/pods/sandbox.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <format>
#include <ranges>

#include "cluster/pods/state_files.h"
#include "os/command.h"
#include "os/deadline.h"
#include "os/fd.h"
#include "os/file.h"
#include "os/netlink.h"
#include "os/netns.h"

namespace drover::cluster::pods {
namespace {

constexpr auto kGateway = "169.254.1.1";
constexpr auto kGatewayMac = "ee:ee:ee:ee:ee:ee";
constexpr auto kPodDevice = "eth0";
constexpr Duration kReadyTimeout = std::chrono::seconds(10);
constexpr Duration kStopTimeout = std::chrono::seconds(5);

os::Route host_route(const PodSpec& spec) {
  return {.destination = spec.ip + "/32", .device = device_name(spec.name), .scope_link = true};
}

template <class... Steps>
Result<> in_order(Steps&&... steps) {
  Result<> result;
  ((result = result.and_then(std::forward<Steps>(steps))), ...);
  return result;
}

Result<> ignore(Result<> result, Code code) {
  if (!result && result.error().code == code) return {};
  return result;
}

Result<> await_ready(const os::Fd& pipe) {
  const os::Deadline deadline(kReadyTimeout);
  pollfd event{.fd = pipe.get(), .events = POLLIN, .revents = 0};
  std::array<char, 16> text{};
  while (::poll(&event, 1, deadline.poll_ms()) < 0 && errno == EINTR) {
  }
  if (event.revents == 0) return timed_out("the pause process did not become ready");
  if (::read(pipe.get(), text.data(), text.size()) <= 0) {
    return unavailable("the pause process ended before its namespaces were made");
  }
  return {};
}

Result<os::ProcessId> start_pause(const PodSpec& spec, const PodPaths& paths,
                                  const SandboxOptions& options) {
  auto pipe = os::make_pipe();
  if (!pipe) return std::unexpected(pipe.error());
  const os::Command command{
      .argv = {options.drover, "pause", "--new", "net,ipc,uts", "--hostname", spec.name},
      .env = options.environment,
      .stdout_fd = pipe->write.get()};
  const auto process = os::spawn_daemon(command, paths.dir / "pause.log");
  pipe->write.reset();
  if (!process) return process;
  return await_ready(pipe->read)
      .and_then([&] { return write_process(paths.sandbox(), *process); })
      .transform([&] { return *process; });
}

// A device whose other end died with its namespace may linger for a moment.
Result<> ensure_veth(const PodSpec& spec, const os::NetNamespace& pod, std::uint32_t mtu) {
  const auto mac = mac_address(spec.ip);
  if (!mac) return std::unexpected(mac.error());
  const auto links = os::run_in(pod, [] { return os::list_links(); });
  if (!links) return std::unexpected(links.error());
  if (std::ranges::contains(*links, kPodDevice, &os::Link::name)) return {};
  const os::Veth veth{.end = {.name = device_name(spec.name), .mac = kGatewayMac},
                      .peer = {.name = kPodDevice, .mac = *mac, .net_namespace = pod.fd()},
                      .mtu = static_cast<int>(mtu)};
  return ignore(os::delete_link(veth.end.name), Code::kNotFound).and_then([&] {
    return os::create_veth(veth);
  });
}

Result<> configure_pod_side(const PodSpec& spec) {
  return in_order(
      // CRIU cannot dump MPTCP sockets, and some programs open them unasked. Not every kernel has
      // them.
      [] { return ignore(os::set_sysctl("net.mptcp.enabled", "0"), Code::kNotFound); },
      [] { return os::set_up("lo"); }, [&] { return os::add_address(kPodDevice, spec.ip + "/32"); },
      [] { return os::set_up(kPodDevice); },
      [] { return os::set_neighbour(kPodDevice, kGateway, kGatewayMac); },
      [] {
        return os::replace_route(
            {.destination = "default", .via = kGateway, .device = kPodDevice, .onlink = true});
      });
}

Result<> configure_node_side(const PodSpec& spec) {
  const auto mac = mac_address(spec.ip);
  if (!mac) return std::unexpected(mac.error());
  return os::set_up(device_name(spec.name)).and_then([&] {
    return os::set_neighbour(device_name(spec.name), spec.ip, *mac);
  });
}

Result<> ensure_network(const PodSpec& spec, os::ProcessId holder, std::uint32_t mtu) {
  const auto pod = os::NetNamespace::of(holder);
  if (!pod) return std::unexpected(pod.error());
  return ensure_veth(spec, *pod, mtu)
      .and_then([&] { return os::run_in(*pod, [&] { return configure_pod_side(spec); }); })
      .and_then([&] { return configure_node_side(spec); });
}

std::string hosts_text(const PodSpec& spec) {
  auto text =
      std::format("127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n{}\t{}\n",
                  spec.ip, spec.name);
  for (const auto& [ip, hostnames] : spec.host_aliases) {
    text += ip + "\t" + (hostnames | std::views::join_with(' ') | std::ranges::to<std::string>()) +
            "\n";
  }
  return text;
}

// Readable by every user of the container.
Result<> write_public(const std::filesystem::path& file, std::string_view text) {
  if (os::exists(file)) return {};
  return os::publish(file, text, 0644);
}

Result<> write_files(const PodSpec& spec, const PodPaths& paths) {
  return in_order([&] { return os::make_dirs(paths.etc(), 0755); },
                  [&] { return write_public(paths.etc() / "hosts", hosts_text(spec)); },
                  [&] { return write_public(paths.etc() / "hostname", spec.name + "\n"); },
                  [&] {
                    return write_public(paths.etc() / "resolv.conf",
                                        "# names of Services are in /etc/hosts\n");
                  });
}

}  // namespace

std::string device_name(const std::string& pod) {
  // FNV-1a, 32 bits: short enough for a device's name, and the same in every version of drover.
  std::uint32_t hash = 2166136261U;
  for (const char c : pod) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return std::format("v{:08x}", hash);
}

Result<std::string> mac_address(const std::string& ip) {
  std::array<unsigned char, 4> bytes{};
  if (::inet_pton(AF_INET, ip.c_str(), bytes.data()) != 1) {
    return invalid(std::format("'{}' is not an IPv4 address", ip));
  }
  return std::format("02:00:{:02x}:{:02x}:{:02x}:{:02x}", bytes[0], bytes[1], bytes[2], bytes[3]);
}

Result<os::ProcessId> ensure_sandbox(const PodSpec& spec, const PodPaths& paths,
                                     const SandboxOptions& options) {
  const auto alive = live_process(paths.sandbox());
  const auto holder = alive ? Result<os::ProcessId>(*alive) : start_pause(spec, paths, options);
  if (!holder) return holder;
  return write_files(spec, paths)
      .and_then([&] { return ensure_network(spec, *holder, options.mtu); })
      .transform([&] { return *holder; })
      .transform_error(doing(std::format("sandbox of pod '{}'", spec.name)));
}

Result<> attach_address(const PodSpec& spec) { return os::replace_route(host_route(spec)); }

Result<> detach_address(const PodSpec& spec) {
  return ignore(os::delete_route(host_route(spec)), Code::kNotFound);
}

bool is_attached(const PodSpec& spec) {
  const auto routes = os::list_routes();
  return routes &&
         std::ranges::any_of(*routes, [wanted = host_route(spec)](const os::Route& route) {
           return route.destination == wanted.destination && route.device == wanted.device;
         });
}

Result<> remove_sandbox(const std::string& pod, const PodPaths& paths) {
  if (const auto holder = live_process(paths.sandbox())) {
    // The device first: after it nothing of the dying sockets can reach the network.
    return ignore(os::delete_link(device_name(pod)), Code::kNotFound)
        .and_then([&] { return ignore(os::kill(*holder, SIGKILL), Code::kNotFound); })
        .and_then([&] { return os::wait_gone(*holder, kStopTimeout); });
  }
  return ignore(os::delete_link(device_name(pod)), Code::kNotFound);
}

}  // namespace drover::cluster::pods
