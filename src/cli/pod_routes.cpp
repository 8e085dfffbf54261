#include <charconv>
#include <format>

#include "cli/controller_routes.h"
#include "cli/guarded.h"
#include "cli/views_json.h"
#include "cluster/local/certificates.h"
#include "os/clock.h"

namespace drover::cli {
namespace {

namespace local = cluster::local;
using os::HttpRequest;
using os::HttpResponse;

constexpr int kCreated = 201;
constexpr int kAccepted = 202;

// What a user applied, without what the controller added to it.
cluster::pods::PodSpec as_applied(const local::PodRecord& record, std::size_t aliases) {
  auto spec = record.spec;
  spec.uid.clear();
  spec.ip.clear();
  spec.host_aliases.resize(std::min(aliases, spec.host_aliases.size()));
  return spec;
}

Result<cluster::pods::PodSpec> read_spec(const HttpRequest& request) {
  return cluster::pods::parse_pod_spec(request.body)
      .and_then([&](cluster::pods::PodSpec spec) -> Result<cluster::pods::PodSpec> {
        if (spec.name != request.param("pod")) {
          return invalid(std::format("the pod is named '{}', but is put as '{}'", spec.name,
                                     request.param("pod")));
        }
        if (!spec.uid.empty() || !spec.ip.empty() || spec.migration) {
          return invalid("uid, ip and migration are given by the controller; leave them out");
        }
        return spec;
      });
}

Result<std::optional<NodeId>> read_pin(const ControllerParts& parts, const HttpRequest& request) {
  NodeId node{request.param("node")};
  if (node.empty()) {
    return std::nullopt;
  }
  if (find_node(parts.cluster, node) == nullptr) {
    return not_found(std::format("there is no node '{}'; `drover get nodes` lists them", node));
  }
  return node;
}

HttpResponse action_reply(const std::string& name, std::string_view action, int status) {
  return json_reply({{"name", name}, {"action", action}}, status);
}

Result<HttpResponse> put_pod(const ControllerParts& parts, const HttpRequest& request) {
  const auto spec = read_spec(request);
  const auto pin = read_pin(parts, request);
  if (!spec || !pin) {
    return std::unexpected(spec ? pin.error() : spec.error());
  }
  const auto present = parts.state.pod(WorkloadId{spec->name});
  if (present && !present->deleting && as_applied(*present, spec->host_aliases.size()) == *spec) {
    return action_reply(spec->name, "unchanged", 200);
  }
  return parts.state.add_pod(*spec, *pin, os::RealClock().now()).transform([&] {
    parts.reconciler.wake();
    return action_reply(spec->name, "created", kCreated);
  });
}

Result<HttpResponse> delete_pod(const ControllerParts& parts, const HttpRequest& request) {
  const auto name = request.param("pod");
  return parts.state.mark_deleting(WorkloadId{name}).transform([&] {
    parts.reconciler.wake();
    return action_reply(name, "deleting", kAccepted);
  });
}

Result<HttpResponse> get_pods(const ControllerParts& parts) {
  return parts.state.pods().transform([&](const std::vector<local::PodRecord>& pods) {
    auto list = Json::array();
    for (const auto& pod : pods) {
      list.push_back(pod_json(parts, pod));
    }
    return json_reply(list);
  });
}

Result<HttpResponse> get_pod(const ControllerParts& parts, const HttpRequest& request) {
  return parts.state.pod(WorkloadId{request.param("pod")})
      .transform([&](const local::PodRecord& pod) { return json_reply(pod_json(parts, pod)); });
}

std::optional<std::size_t> number(const std::string& text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional(value)
                                                                  : std::nullopt;
}

Result<HttpResponse> get_logs(const ControllerParts& parts, const HttpRequest& request) {
  return parts.state.pod(WorkloadId{request.param("pod")})
      .and_then([&](const local::PodRecord& pod) -> Result<local::LogChunk> {
        if (!pod.node) {
          return conflict(std::format("pod '{}' has not been started yet: {}", pod.spec.name,
                                      pod.message.empty() ? "it waits to be placed" : pod.message));
        }
        return parts.agents.logs(*pod.node, {.pod = WorkloadId{pod.spec.name},
                                             .container = request.param("container"),
                                             .from = number(request.param("from")).value_or(0),
                                             .tail = number(request.param("tail"))});
      })
      .transform([](const local::LogChunk& chunk) { return os::json_response(to_json(chunk)); });
}

}  // namespace

void add_pod_routes(os::HttpServer& server, ControllerParts parts) {
  const auto on = [&](const std::string& method, const std::string& pattern,
                      os::HttpHandler handler) {
    server.on(method, pattern, guarded({local::operator_identity()}, std::move(handler)));
  };
  on("GET", "/api/v1/pods", [parts](const HttpRequest&) { return get_pods(parts); });
  on("GET", "/api/v1/pods/:pod",
     [parts](const HttpRequest& request) { return get_pod(parts, request); });
  on("PUT", "/api/v1/pods/:pod",
     [parts](const HttpRequest& request) { return put_pod(parts, request); });
  on("DELETE", "/api/v1/pods/:pod",
     [parts](const HttpRequest& request) { return delete_pod(parts, request); });
  on("GET", "/api/v1/pods/:pod/logs",
     [parts](const HttpRequest& request) { return get_logs(parts, request); });
}

}  // namespace drover::cli
