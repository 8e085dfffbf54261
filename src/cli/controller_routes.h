// The controller's API, /api/v1. Only the operator's certificate may call it.
//
//   GET     /ready                              {"waiting_for"}: empty when all nodes are ready
//   GET     /status                             all of the following at once
//   GET     /nodes /nodes/NODE
//   GET     /pods /pods/POD
//   PUT     /pods/POD?node=                     a PodSpec
//   DELETE  /pods/POD
//   GET     /pods/POD/logs?container=&from=&tail=
//   GET     /services /services/SERVICE
//   PUT     /services/SERVICE                   a ServiceSpec
//   DELETE  /services/SERVICE
//   GET     /migrations /migrations/ID
//   POST    /migrations                         {"pod","to","reason","key"}
//   GET     /explain/POD
//   GET     /clock
//   PUT     /clock                              {"advance_ms"}
#pragma once

#include "cli/carbon_keeper.h"
#include "cli/cluster_time.h"
#include "cli/migrations.h"
#include "cli/reconcile_thread.h"
#include "cluster/local/layout.h"
#include "control/view.h"
#include "os/http_server.h"

namespace drover::cli {

// All outlive the server.
struct ControllerParts {
  const cluster::local::ClusterFile& cluster;
  const cluster::local::ClusterPaths& paths;
  cluster::local::ClusterState& state;
  cluster::local::AgentPool& agents;  // of the API alone
  ReconcileThread& reconciler;
  Migrations& migrations;
  ClusterTime& time;
  const control::ViewBoard& views;
  const CarbonKeeper* carbon_keeper;  // null: nothing is fetched
};

void add_pod_routes(os::HttpServer& server, ControllerParts parts);
void add_service_routes(os::HttpServer& server, ControllerParts parts);
void add_migration_routes(os::HttpServer& server, ControllerParts parts);
void add_status_routes(os::HttpServer& server, ControllerParts parts);

}  // namespace drover::cli
