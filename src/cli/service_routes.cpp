#include <algorithm>
#include <format>

#include "cli/controller_routes.h"
#include "cli/guarded.h"
#include "cli/views_json.h"
#include "cluster/local/certificates.h"

namespace drover::cli {
namespace {

namespace local = cluster::local;
using os::HttpRequest;
using os::HttpResponse;

Result<Json> services_json(const ControllerParts& parts) {
  const auto services = parts.state.services();
  const auto pods = parts.state.pods();
  if (!services || !pods) {
    return std::unexpected(services ? pods.error() : services.error());
  }
  auto list = Json::array();
  for (const auto& service : *services) {
    list.push_back(service_json(service, *pods));
  }
  return list;
}

Result<HttpResponse> get_service(const ControllerParts& parts, const HttpRequest& request) {
  const auto name = request.param("service");
  return services_json(parts).and_then([&](const Json& list) -> Result<HttpResponse> {
    const auto found =
        std::ranges::find_if(list, [&](const Json& service) { return service["name"] == name; });
    if (found == list.end()) {
      return not_found(
          std::format("there is no service '{}'; `drover get services` lists them", name));
    }
    return json_reply(*found);
  });
}

std::string_view action_of(const std::vector<local::ServiceSpec>& before,
                           const local::ServiceSpec& after) {
  const auto same_name = std::ranges::find(before, after.name, &local::ServiceSpec::name);
  return same_name == before.end() ? "created" : *same_name == after ? "unchanged" : "changed";
}

Result<HttpResponse> put_service(const ControllerParts& parts, const HttpRequest& request) {
  auto spec = local::parse_service_spec(request.body);
  const auto before = parts.state.services();
  if (!spec || !before) {
    return std::unexpected(spec ? before.error() : spec.error());
  }
  if (spec->name != request.param("service")) {
    return invalid(std::format("the service is named '{}', but is put as '{}'", spec->name,
                               request.param("service")));
  }
  return parts.state.put_service(*std::move(spec), parts.cluster.network.services())
      .transform([&](const local::ServiceSpec& put) {
        parts.reconciler.wake();
        return json_reply({{"name", put.name},
                           {"action", action_of(*before, put)},
                           {"clusterIP", put.cluster_ip}});
      });
}

Result<HttpResponse> delete_service(const ControllerParts& parts, const HttpRequest& request) {
  return parts.state.remove_service(request.param("service")).transform([&] {
    parts.reconciler.wake();
    return json_reply({{"name", request.param("service")}, {"action", "deleted"}});
  });
}

}  // namespace

void add_service_routes(os::HttpServer& server, ControllerParts parts) {
  const auto on = [&](const std::string& method, const std::string& pattern,
                      os::HttpHandler handler) {
    server.on(method, pattern, guarded({local::operator_identity()}, std::move(handler)));
  };
  on("GET", "/api/v1/services", [parts](const HttpRequest&) {
    return services_json(parts).transform([](const Json& list) { return json_reply(list); });
  });
  on("GET", "/api/v1/services/:service",
     [parts](const HttpRequest& request) { return get_service(parts, request); });
  on("PUT", "/api/v1/services/:service",
     [parts](const HttpRequest& request) { return put_service(parts, request); });
  on("DELETE", "/api/v1/services/:service",
     [parts](const HttpRequest& request) { return delete_service(parts, request); });
}

}  // namespace drover::cli
