// The agent's part in migrations: the worker with its real ports, and its routes on the agent's
// server.
#pragma once

#include <memory>

#include "cluster/local/layout.h"
#include "cluster/pods/pod_runtime.h"
#include "os/ca.h"
#include "os/http_server.h"

namespace drover::cli {

struct AgentMigrationOptions {
  cluster::local::ClusterPaths cluster;
  NodeId node;
  os::TlsFiles tls;  // of this node
};

class AgentMigration {
 public:
  // `pods` must outlive it.
  static Result<std::unique_ptr<AgentMigration>> make(const AgentMigrationOptions& options,
                                                      cluster::pods::PodRuntime& pods);
  ~AgentMigration();

  // Before server.start(); the server must be stopped before this object goes.
  void add_routes(os::HttpServer& server);

 private:
  struct Parts;
  explicit AgentMigration(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace drover::cli
