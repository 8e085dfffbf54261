#include "cli/control_thread.h"

#include "carbon/registry.h"
#include "cli/carbon_source.h"
#include "cli/move_actor.h"
#include "control/loop.h"
#include "control/sqlite/sqlite_ledger.h"
#include "os/clock.h"
#include "os/log.h"
#include "policy/registry.h"

namespace drover::cli {
namespace {

namespace local = cluster::local;

constexpr Duration kSettleEvery = std::chrono::milliseconds{500};  // in real time
constexpr Duration kObservationAge = std::chrono::seconds{60};     // in real time

// Some limits of the loop are about the real world, but are told in the loop's time.
Duration in_cluster_time(const local::ClockEntry& clock, Duration real) {
  const double speed = clock.mode == local::ClockMode::kAccelerated ? clock.speed : 1;
  return Duration{static_cast<Duration::rep>(static_cast<double>(real.count()) * speed)};
}

control::LoopConfig loop_config(const local::ClusterFile& cluster) {
  const auto& policy = cluster.policy;
  const auto horizon = std::chrono::hours{policy.horizon_hours};
  control::LoopConfig config;
  config.budget = {.moves_left = policy.max_moves,
                   .horizon = policy.horizon_hours,
                   .move_cost = {.duration = policy.move_duration, .energy = {}}};
  config.budget_window = horizon;
  config.admit.max_observation_age = in_cluster_time(cluster.clock, kObservationAge);
  return config;
}

}  // namespace

struct ControlThread::Parts {
  Parts(const ControlParts& given, local::AgentPool pool, CarbonForecasts source,
        std::unique_ptr<policy::Policy> chosen, std::unique_ptr<control::Ledger> opened)
      : agents(std::move(pool)),
        backend({.cluster = given.cluster,
                 .state = given.state,
                 .agents = agents,
                 .migrating = [&migrations = given.migrations](
                                  const WorkloadId& pod) { return migrations.open_for(pod); }}),
        forecasts(std::move(source)),
        policy(std::move(chosen)),
        ledger(std::move(opened)),
        actor(given.migrations),
        loop(*policy,
             {.observer = backend,
              .forecasts = forecasts,
              .actor = actor,
              .ledger = *ledger,
              .wall = wall,
              .views = given.views},
             loop_config(given.cluster)),
        options({.slot = given.cluster.policy.interval,
                 .settle_every = in_cluster_time(given.cluster.clock, kSettleEvery),
                 .end = std::nullopt}),
        thread([this, &time = given.time](const std::stop_token& stop) {
          control::run(loop, time, time, options, stop);
        }) {}

  os::RealClock wall;
  local::AgentPool agents;
  local::LocalBackend backend;
  CarbonForecasts forecasts;
  std::unique_ptr<policy::Policy> policy;
  std::unique_ptr<control::Ledger> ledger;
  MoveActor actor;
  control::Loop loop;
  control::RunOptions options;
  std::jthread thread;  // last: it ends before what it uses
};

ControlThread::ControlThread(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
ControlThread::~ControlThread() = default;

Result<std::unique_ptr<ControlThread>> ControlThread::start(const ControlParts& parts) {
  auto agents = local::AgentPool::make(parts.cluster, parts.paths);
  auto source = CarbonSource::make(parts.cluster.carbon);
  auto model = carbon::make_forecaster(parts.cluster.policy.forecaster);
  auto policy = policy::make_policy(parts.cluster.policy.name);
  auto ledger = control::open_sqlite_ledger(parts.paths.ledger_db());
  for (const auto* error : {agents ? nullptr : &agents.error(), source ? nullptr : &source.error(),
                            model ? nullptr : &model.error(), policy ? nullptr : &policy.error(),
                            ledger ? nullptr : &ledger.error()}) {
    if (error != nullptr) {
      return std::unexpected(doing("starting the control loop")(*error));
    }
  }
  return std::unique_ptr<ControlThread>(new ControlThread(std::make_unique<Parts>(
      parts, *std::move(agents), CarbonForecasts(*std::move(source), *std::move(model)),
      *std::move(policy), *std::move(ledger))));
}

}  // namespace drover::cli
