#include "migrate/http/agents.h"

#include <format>

#include "migrate/http/codec.h"

namespace drover::migrate {
namespace {

constexpr std::string_view kPath = "/v1/migrations/steps";
// A step may take as long as a dump or a transfer of a large pod; the agent gives up long before.
constexpr Duration kStepLimit = std::chrono::minutes(15);

}  // namespace

Result<StepReply> HttpAgents::perform(const NodeId& node, const StepRequest& request) {
  const auto peer = client(node);
  const auto destination = directory_(request.destination);
  if (!peer || !destination) {
    return std::unexpected(peer ? destination.error() : peer.error());
  }
  auto addressed = request;
  addressed.destination_endpoint = std::format("{}:{}", destination->address, destination->port);
  return (*peer)
      ->call({.method = "POST",
              .path = std::string(kPath),
              .body = request_to_json(addressed),
              .timeout = kStepLimit,
              .idempotent = true})
      .and_then([](const os::HttpReply& reply) { return reply_from_json(reply.body); })
      .transform_error(doing(std::format("node '{}'", node)));
}

Result<os::HttpClient*> HttpAgents::client(const NodeId& node) {
  const std::scoped_lock guard(mutex_);
  auto& slot = clients_[node];
  if (slot) {
    return slot.get();
  }
  return directory_(node)
      .and_then([&](const AgentEndpoint& at) {
        return os::HttpClient::make({.address = at.address,
                                     .port = at.port,
                                     .tls = tls_,
                                     .expected_peer = os::identity("node", node.str())});
      })
      .transform([&](os::HttpClient made) {
        slot = std::make_unique<os::HttpClient>(std::move(made));
        return slot.get();
      });
}

void add_step_routes(os::HttpServer& server, Worker& worker) {
  server.on("POST", std::string(kPath),
            [&worker](const os::HttpRequest& request) -> Result<os::HttpResponse> {
              if (!request.peer.starts_with(os::identity("controller", ""))) {
                return conflict(std::format(
                    "'{}' is not the controller; only it may order migration steps", request.peer));
              }
              return request_from_json(request.body)
                  .and_then([&](const StepRequest& step) { return worker.perform(step); })
                  .transform([](const StepReply& reply) {
                    return os::json_response(reply_to_json(reply));
                  });
            });
}

}  // namespace drover::migrate
