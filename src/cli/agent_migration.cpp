#include "cli/agent_migration.h"

#include "cli/hold_point.h"
#include "cli/pod_host.h"
#include "migrate/criu/engine.h"
#include "migrate/http/agents.h"
#include "migrate/netfilter/lock.h"
#include "migrate/oci/rendezvous.h"
#include "migrate/sqlite/step_log.h"
#include "migrate/tcp/transfer.h"
#include "migrate/worker.h"

namespace drover::cli {

struct AgentMigration::Parts {
  Parts(const AgentMigrationOptions& options, cluster::pods::PodRuntime& runtime,
        std::unique_ptr<migrate::SqliteStepLog> steps)
      : hold(options.cluster.node(options.node).dir),
        pods(runtime, {.node = options.cluster.node(options.node),
                       .images = options.cluster.images(),
                       .checkpoints = options.cluster.checkpoints() / options.node.str()}),
        engine({.runc_root = options.cluster.node(options.node).runc()}),
        transfer(options.tls, pods),
        rendezvous(options.cluster.node(options.node).restores()),
        log(std::move(steps)),
        worker({.pods = pods,
                .engine = engine,
                .lock = lock,
                .transfer = transfer,
                .rendezvous = rendezvous,
                .log = *log,
                .at = [this](std::string_view point) { hold.reached(point); }},
               options.node, {}) {}

  HoldPoint hold;
  LocalPodHost pods;
  migrate::CriuEngine engine;
  migrate::NftLock lock;
  migrate::TcpTransfer transfer;
  migrate::FileRendezvous rendezvous;
  std::unique_ptr<migrate::SqliteStepLog> log;
  migrate::Worker worker;
};

AgentMigration::AgentMigration(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
AgentMigration::~AgentMigration() = default;

Result<std::unique_ptr<AgentMigration>> AgentMigration::make(const AgentMigrationOptions& options,
                                                             cluster::pods::PodRuntime& pods) {
  return migrate::SqliteStepLog::open(options.cluster.node(options.node).dir / "steps.db")
      .transform([&](std::unique_ptr<migrate::SqliteStepLog> log) {
        return std::unique_ptr<AgentMigration>(
            new AgentMigration(std::make_unique<Parts>(options, pods, std::move(log))));
      });
}

void AgentMigration::add_routes(os::HttpServer& server) {
  migrate::add_step_routes(server, parts_->worker);
  server.on("GET", "/v1/migrations/:id/images", [this](const os::HttpRequest& request) {
    return parts_->transfer.tell_arrived(request);
  });
  server.on_upload("PUT", "/v1/migrations/:id/images",
                   [this](const os::HttpRequest& request, os::BodySource& body) {
                     return parts_->transfer.receive(request, body);
                   });
}

}  // namespace drover::cli
