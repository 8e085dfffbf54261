#include "cli/agent_routes.h"

#include <unistd.h>

#include <charconv>
#include <format>

#include <nlohmann/json.hpp>

#include "cli/guarded.h"
#include "cli/version.h"
#include "cluster/local/agent_wire.h"
#include "cluster/local/certificates.h"
#include "cluster/local/service_rules.h"
#include "os/netlink.h"
#include "os/nft.h"

namespace drover::cli {
namespace {

using cluster::local::LogChunk;
using cluster::local::PodRoute;
using os::HttpRequest;
using os::HttpResponse;

constexpr Duration kDefaultGrace = std::chrono::seconds{30};

HttpResponse empty_reply() { return os::json_response("{}"); }

Result<std::optional<std::size_t>> number(const HttpRequest& request, std::string_view name) {
  const auto text = request.param(name);
  if (text.empty()) {
    return std::nullopt;
  }
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return invalid(std::format("{}: '{}' is not a whole number", name, text));
  }
  return value;
}

Result<HttpResponse> put_pod(const AgentParts& parts, const HttpRequest& request) {
  return cluster::pods::parse_pod_spec(request.body)
      .and_then([&](const cluster::pods::PodSpec& spec) -> Result<> {
        if (spec.name != request.param("pod") || spec.ip.empty() || spec.migration) {
          return invalid(
              "a pod is started under its own name, with an address, and not as part of a "
              "migration");
        }
        return parts.runtime.ensure(spec, cluster::pods::RouteMode::kAttached);
      })
      .transform(empty_reply);
}

Result<HttpResponse> delete_pod(const AgentParts& parts, const HttpRequest& request) {
  return number(request, "grace_ms").transform([&](std::optional<std::size_t> grace) {
    parts.remover.remove(request.param("pod"),
                         grace ? Duration{static_cast<Duration::rep>(*grace)} : kDefaultGrace);
    return empty_reply();
  });
}

// The named container, or the pod's only one.
Result<std::string> choose_container(const cluster::pods::PodSpec& spec,
                                     const std::string& wanted) {
  std::string names;
  for (const auto& container : spec.containers) {
    if (container.name == wanted || (wanted.empty() && spec.containers.size() == 1)) {
      return container.name;
    }
    names += (names.empty() ? "" : ", ") + container.name;
  }
  return wanted.empty() ? Result<std::string>(invalid(std::format(
                              "pod {} has several containers; name one: {}", spec.name, names)))
                        : not_found(std::format("pod {} has no container '{}'; it has: {}",
                                                spec.name, wanted, names));
}

// What is new since `from`. A log shorter than that is a new one: the pod has moved.
LogChunk piece(std::string text, std::size_t from) {
  const auto size = text.size();
  return {.text = from <= size ? text.substr(from) : std::move(text), .next = size};
}

Result<HttpResponse> get_logs(const AgentParts& parts, const HttpRequest& request) {
  const auto pod = request.param("pod");
  const auto from = number(request, "from");
  const auto tail = number(request, "tail");
  if (!from || !tail) {
    return std::unexpected(from ? tail.error() : from.error());
  }
  return parts.runtime.spec(pod)
      .and_then([&](const cluster::pods::PodSpec& spec) {
        return choose_container(spec, request.param("container"));
      })
      .and_then([&](const std::string& container) -> Result<LogChunk> {
        auto all = parts.runtime.logs(pod, container, std::nullopt);
        if (!all || !*tail) {
          return all.transform(
              [&](std::string& text) { return piece(std::move(text), from->value_or(0)); });
        }
        return parts.runtime.logs(pod, container, *tail).transform([&](std::string text) {
          return LogChunk{.text = std::move(text), .next = all->size()};
        });
      })
      .transform([](const LogChunk& chunk) { return os::json_response(to_json(chunk)); });
}

// "Here" is only true while the pod is here: its end of the veth pair belongs to the pod runtime.
Result<HttpResponse> put_route(const AgentParts& parts, const HttpRequest& request) {
  return cluster::local::parse_pod_route(request.body)
      .and_then([&](const PodRoute& route) {
        return route.via.empty()
                   ? parts.runtime.attach(request.param("pod"))
                   : os::replace_route({.destination = route.ip + "/32", .via = route.via});
      })
      .transform(empty_reply);
}

Result<HttpResponse> delete_route(const HttpRequest& request) {
  return cluster::local::parse_pod_route(to_json(PodRoute{.ip = request.param("ip"), .via = ""}))
      .and_then(
          [](const PodRoute& route) { return os::delete_route({.destination = route.ip + "/32"}); })
      .or_else([](const Error& error) -> Result<> {
        return error.code == Code::kNotFound ? Result<>{} : std::unexpected(error);
      })
      .transform(empty_reply);
}

Result<HttpResponse> put_services(const AgentParts& parts, const HttpRequest& request) {
  return cluster::local::parse_endpoints(request.body)
      .and_then([&](const std::vector<cluster::local::ServiceEndpoints>& services) {
        return os::nft(service_rules(services, parts.cluster.network.services()));
      })
      .transform(empty_reply);
}

Result<HttpResponse> get_node(const AgentParts& parts) {
  return os::json_response(nlohmann::ordered_json{
      {"node", parts.node.str()},
      {"version", kVersion},
      {"pid", ::getpid()}}.dump());
}

}  // namespace

void add_agent_routes(os::HttpServer& server, AgentParts parts) {
  const auto on = [&](const std::string& method, const std::string& pattern,
                      os::HttpHandler handler) {
    server.on(method, pattern,
              guarded({cluster::local::controller_identity()}, std::move(handler)));
  };
  on("GET", "/v1/node", [parts](const HttpRequest&) { return get_node(parts); });
  on("GET", "/v1/pods", [parts](const HttpRequest&) {
    return parts.runtime.list().transform(
        [](const auto& pods) { return os::json_response(cluster::local::to_json(pods)); });
  });
  on("PUT", "/v1/pods/:pod",
     [parts](const HttpRequest& request) { return put_pod(parts, request); });
  on("DELETE", "/v1/pods/:pod",
     [parts](const HttpRequest& request) { return delete_pod(parts, request); });
  on("GET", "/v1/pods/:pod/logs",
     [parts](const HttpRequest& request) { return get_logs(parts, request); });
  on("PUT", "/v1/routes/:pod",
     [parts](const HttpRequest& request) { return put_route(parts, request); });
  on("DELETE", "/v1/routes/:pod", [](const HttpRequest& request) { return delete_route(request); });
  on("PUT", "/v1/services",
     [parts](const HttpRequest& request) { return put_services(parts, request); });
}

}  // namespace drover::cli
