#include <format>

#include "cli/controller_routes.h"
#include "cli/guarded.h"
#include "cli/views_json.h"
#include "cluster/local/certificates.h"
#include "os/clock.h"

namespace drover::cli {
namespace {

using os::HttpRequest;
using os::HttpResponse;

constexpr int kAccepted = 202;

Result<MoveRequest> read_request(const std::string& body) {
  const auto json = Json::parse(body, nullptr, false);
  const auto text = [&](const char* key) {
    const auto found = json.is_object() ? json.find(key) : json.end();
    return json.is_object() && found != json.end() && found->is_string() ? found->get<std::string>()
                                                                         : std::string();
  };
  MoveRequest request{.pod = WorkloadId{text("pod")},
                      .to = NodeId{text("to")},
                      .reason = text("reason"),
                      .key = text("key")};
  if (request.pod.empty() || request.to.empty()) {
    return invalid(
        R"(a migration is asked for by {"pod": NAME, "to": NODE}, with "reason" and "key" if wanted)");
  }
  if (request.key.empty()) {  // without one, each asking is its own
    request.key =
        std::format("{}-{}", request.pod, os::RealClock().now().time_since_epoch().count());
  }
  return request;
}

Result<HttpResponse> begin(const ControllerParts& parts, const HttpRequest& request) {
  return read_request(request.body)
      .and_then([&](const MoveRequest& move) { return parts.migrations.begin(move); })
      .and_then([&](const MigrationId& id) { return parts.migrations.get(id); })
      .transform([&](const MigrationView& migration) {
        return json_reply(migration_json(migration), kAccepted);
      });
}

Result<HttpResponse> list(const ControllerParts& parts) {
  return parts.migrations.list().transform([](const std::vector<MigrationView>& migrations) {
    auto all = Json::array();
    for (const auto& migration : migrations) {
      all.push_back(migration_json(migration));
    }
    return json_reply(all);
  });
}

}  // namespace

void add_migration_routes(os::HttpServer& server, ControllerParts parts) {
  const auto on = [&](const std::string& method, const std::string& pattern,
                      os::HttpHandler handler) {
    server.on(method, pattern, guarded({cluster::local::operator_identity()}, std::move(handler)));
  };
  on("GET", "/api/v1/migrations", [parts](const HttpRequest&) { return list(parts); });
  on("POST", "/api/v1/migrations",
     [parts](const HttpRequest& request) { return begin(parts, request); });
  on("GET", "/api/v1/migrations/:id", [parts](const HttpRequest& request) {
    return parts.migrations.get(MigrationId{request.param("id")})
        .transform(
            [](const MigrationView& migration) { return json_reply(migration_json(migration)); });
  });
}

}  // namespace drover::cli
