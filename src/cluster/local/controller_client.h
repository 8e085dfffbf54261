// The operator's way to a running controller.
#pragma once

#include "cluster/local/layout.h"
#include "os/http_client.h"

namespace drover::cluster::local {

// kNotFound when there is no such cluster, kUnavailable when its controller does not run; both say
// what to do.
Result<os::HttpClient> connect_controller(const ClusterPaths& paths);

// "127.0.0.1:7440" -> host and port.
struct HostPort {
  std::string host;
  int port = 0;
};
Result<HostPort> parse_host_port(std::string_view text);

}  // namespace drover::cluster::local
