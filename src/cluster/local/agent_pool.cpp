#include "cluster/local/agent_pool.h"

#include <format>

#include "cluster/local/certificates.h"

namespace drover::cluster::local {
namespace {

constexpr Duration kQuick = std::chrono::seconds{5};
constexpr Duration kStart = std::chrono::seconds{60};  // an image may have to be unpacked

Result<> done(const os::HttpReply& /*reply*/) { return {}; }

std::string pod_path(const WorkloadId& pod) {
  return std::format("/v1/pods/{}", url_escaped(pod.str()));
}

}  // namespace

std::string url_escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_';
    escaped += plain ? std::string(1, c) : std::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return escaped;
}

Result<AgentPool> AgentPool::make(const ClusterFile& cluster, const ClusterPaths& paths) {
  std::map<NodeId, os::HttpClient> clients;
  for (std::size_t i = 0; i < cluster.nodes.size(); ++i) {
    const auto& node = cluster.nodes[i].name;
    auto client = os::HttpClient::make({.address = to_string(cluster.network.node(i + 1)),
                                        .port = cluster.agent_port,
                                        .tls = controller_tls(paths),
                                        .expected_peer = node_identity(node)});
    if (!client) {
      return std::unexpected(client.error());
    }
    clients.emplace(node, *std::move(client));
  }
  return AgentPool(std::move(clients));
}

Result<os::HttpReply> AgentPool::call(const NodeId& node, const os::HttpCall& call) {
  const auto client = clients_.find(node);
  if (client == clients_.end()) {
    return not_found(std::format("there is no node '{}'; `drover get nodes` lists them", node));
  }
  return client->second.call(call).transform_error(doing(std::format("node {}", node)));
}

Result<std::vector<pods::PodStatus>> AgentPool::list_pods(const NodeId& node) {
  return call(node, {.path = "/v1/pods", .timeout = kQuick, .idempotent = true})
      .and_then([](const os::HttpReply& reply) { return parse_pod_statuses(reply.body); });
}

Result<> AgentPool::start_pod(const NodeId& node, const pods::PodSpec& spec) {
  return call(node, {.method = "PUT",
                     .path = pod_path(WorkloadId{spec.name}),
                     .body = to_json(spec),
                     .timeout = kStart,
                     .idempotent = true})
      .and_then(done);
}

Result<> AgentPool::delete_pod(const NodeId& node, const WorkloadId& pod, Duration grace) {
  return call(node, {.method = "DELETE",
                     .path = std::format("{}?grace_ms={}", pod_path(pod), grace.count()),
                     .timeout = kQuick,
                     .idempotent = true})
      .and_then(done);
}

Result<LogChunk> AgentPool::logs(const NodeId& node, const LogQuery& query) {
  auto path = std::format("{}/logs?container={}&from={}", pod_path(query.pod),
                          url_escaped(query.container), query.from);
  if (query.tail) {
    path += std::format("&tail={}", *query.tail);
  }
  return call(node, {.path = path, .idempotent = true}).and_then([](const os::HttpReply& reply) {
    return parse_log_chunk(reply.body);
  });
}

Result<> AgentPool::set_route(const NodeId& node, const WorkloadId& pod, const PodRoute& route) {
  return call(node, {.method = "PUT",
                     .path = std::format("/v1/routes/{}", url_escaped(pod.str())),
                     .body = to_json(route),
                     .timeout = kQuick,
                     .idempotent = true})
      .and_then(done);
}

Result<> AgentPool::remove_route(const NodeId& node, const WorkloadId& pod, const std::string& ip) {
  return call(node,
              {.method = "DELETE",
               .path = std::format("/v1/routes/{}?ip={}", url_escaped(pod.str()), url_escaped(ip)),
               .timeout = kQuick,
               .idempotent = true})
      .and_then(done);
}

Result<> AgentPool::set_services(const NodeId& node,
                                 const std::vector<ServiceEndpoints>& services) {
  return call(node, {.method = "PUT",
                     .path = "/v1/services",
                     .body = to_json(services),
                     .timeout = kQuick,
                     .idempotent = true})
      .and_then(done);
}

}  // namespace drover::cluster::local
