// The controller's connections to the agents: mutual TLS, one kept connection per node.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cluster/local/agent_wire.h"
#include "cluster/local/cluster_file.h"
#include "cluster/local/layout.h"
#include "cluster/local/service_rules.h"
#include "os/http_client.h"

namespace drover::cluster::local {

struct LogQuery {
  WorkloadId pod;
  std::string container;            // empty: the pod's only one
  std::size_t from = 0;             // continue after an earlier piece
  std::optional<std::size_t> tail;  // only the last lines; not with `from`
};

// Thread-safe, but calls to one node wait for each other: who must not wait for others has a pool
// of its own. The calling thread must be in the fabric's network namespace.
class AgentPool {
 public:
  static Result<AgentPool> make(const ClusterFile& cluster, const ClusterPaths& paths);

  // kNotFound when the cluster has no such node; else as os::HttpClient::call.
  Result<os::HttpReply> call(const NodeId& node, const os::HttpCall& call);

  Result<std::vector<pods::PodStatus>> list_pods(const NodeId& node);
  Result<> start_pod(const NodeId& node, const pods::PodSpec& spec);
  // Asks for it and returns; the pod is in list_pods() until it is gone.
  Result<> delete_pod(const NodeId& node, const WorkloadId& pod, Duration grace);
  Result<LogChunk> logs(const NodeId& node, const LogQuery& query);
  Result<> set_route(const NodeId& node, const WorkloadId& pod, const PodRoute& route);
  Result<> remove_route(const NodeId& node, const WorkloadId& pod, const std::string& ip);
  Result<> set_services(const NodeId& node, const std::vector<ServiceEndpoints>& services);

 private:
  explicit AgentPool(std::map<NodeId, os::HttpClient> clients) : clients_(std::move(clients)) {}
  std::map<NodeId, os::HttpClient> clients_;
};

// "/v1/pods/a%20b": text as one part of a path or as a query value.
std::string url_escaped(std::string_view text);

}  // namespace drover::cluster::local
