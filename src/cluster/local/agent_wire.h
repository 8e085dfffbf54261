// What controller and agent say to each other about pods and routes, as JSON.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cluster/pods/pod_runtime.h"

namespace drover::cluster::local {

std::string to_json(const std::vector<pods::PodStatus>& pods);
Result<std::vector<pods::PodStatus>> parse_pod_statuses(std::string_view json);

// Where packets for one pod go. PUT /v1/routes/<pod>.
struct PodRoute {
  std::string ip;
  std::string via;  // fabric address of the pod's node; empty: the pod is on this node
  friend bool operator==(const PodRoute&, const PodRoute&) = default;
};
std::string to_json(const PodRoute& route);
Result<PodRoute> parse_pod_route(std::string_view json);

// A piece of a container's output.
struct LogChunk {
  std::string text;
  std::size_t next = 0;  // where the following piece begins
  friend bool operator==(const LogChunk&, const LogChunk&) = default;
};
std::string to_json(const LogChunk& chunk);
Result<LogChunk> parse_log_chunk(std::string_view json);

}  // namespace drover::cluster::local
