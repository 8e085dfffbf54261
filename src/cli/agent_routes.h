// The agent's routes for pods, routes and services. Only the controller may call them.
//
//   GET    /v1/node                          {"node","version","pid"}
//   GET    /v1/pods                          statuses of all pods here
//   PUT    /v1/pods/POD                      PodSpec: starts it; repeated until acknowledged
//   DELETE /v1/pods/POD?grace_ms=            begins to delete it; gone when GET no longer lists it
//   GET    /v1/pods/POD/logs?container=&from=&tail=
//   PUT    /v1/routes/POD                    {"ip","via"}: where packets for it go
//   DELETE /v1/routes/POD?ip=
//   PUT    /v1/services                      all services with their endpoints
#pragma once

#include "cli/pod_remover.h"
#include "cluster/local/cluster_file.h"
#include "cluster/pods/pod_runtime.h"
#include "os/http_server.h"

namespace drover::cli {

// All outlive the server.
struct AgentParts {
  NodeId node;
  const cluster::local::ClusterFile& cluster;
  cluster::pods::PodRuntime& runtime;
  PodRemover& remover;
};

void add_agent_routes(os::HttpServer& server, AgentParts parts);

}  // namespace drover::cli
