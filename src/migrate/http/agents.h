// Coordinator to agents: POST /v1/migrations/steps over mutual TLS.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "migrate/worker.h"
#include "os/http_client.h"
#include "os/http_server.h"

namespace drover::migrate {

struct AgentEndpoint {
  std::string address;
  int port = 0;
};

class HttpAgents final : public AgentPort {
 public:
  using Directory = std::function<Result<AgentEndpoint>(const NodeId&)>;

  HttpAgents(os::TlsFiles tls, Directory directory)
      : tls_(std::move(tls)), directory_(std::move(directory)) {}

  Result<StepReply> perform(const NodeId& node, const StepRequest& request) override;

 private:
  Result<os::HttpClient*> client(const NodeId& node);

  os::TlsFiles tls_;
  Directory directory_;
  std::mutex mutex_;  // guards clients_
  std::map<NodeId, std::unique_ptr<os::HttpClient>> clients_;
};

// The agent's routes: steps from the controller.
void add_step_routes(os::HttpServer& server, Worker& worker);

}  // namespace drover::migrate
