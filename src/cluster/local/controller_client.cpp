#include "cluster/local/controller_client.h"

#include <charconv>
#include <format>

#include "cluster/local/certificates.h"
#include "cluster/local/process_file.h"

namespace drover::cluster::local {

Result<HostPort> parse_host_port(std::string_view text) {
  const auto colon = text.rfind(':');
  HostPort parsed;
  if (colon != std::string_view::npos) {
    parsed.host = text.substr(0, colon);
    const auto digits = text.substr(colon + 1);
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), parsed.port);
    if (error == std::errc{} && end == digits.data() + digits.size() && parsed.port > 0 &&
        parsed.port <= 65535) {
      return parsed;
    }
  }
  return invalid(std::format("'{}' is not an address and port", text));
}

Result<os::HttpClient> connect_controller(const ClusterPaths& paths) {
  if (!os::exists(paths.cluster_file())) {
    return not_found(
        std::format("there is no cluster '{}' in {}; make one with `drover up -f cluster.yaml`, or "
                    "name another with "
                    "--cluster and --state-dir",
                    paths.name(), paths.dir.parent_path().string()));
  }
  const auto record =
      live_process(paths.controller(), std::format("the controller of cluster '{}'", paths.name()));
  if (!record) {
    return unavailable(record.error().what + "; `drover up` starts it again");
  }
  return parse_host_port(record->address).and_then([&](const HostPort& address) {
    return os::HttpClient::make({.address = address.host,
                                 .port = address.port,
                                 .tls = operator_tls(paths),
                                 .expected_peer = controller_identity()});
  });
}

}  // namespace drover::cluster::local
