#include "cli/views_json.h"

#include <algorithm>

#include "cluster/local/observation.h"

namespace drover::cli {
namespace {

namespace local = cluster::local;

constexpr double kMillisecondsPerSecond = 1000;

double seconds_between(Instant from, Instant to) {
  return static_cast<double>((to - from).count()) / kMillisecondsPerSecond;
}

std::optional<cluster::pods::PodStatus> status_of(const ControllerParts& parts,
                                                  const local::PodRecord& pod) {
  const auto seen = parts.reconciler.last_seen();
  const auto node = pod.node ? seen->find(*pod.node) : seen->end();
  if (node == seen->end()) {
    return std::nullopt;
  }
  const auto found = node->second.pods.find(pod.spec.name);
  return found == node->second.pods.end() ? std::nullopt : std::optional(found->second);
}

Json containers_json(const ControllerParts& parts, const local::PodRecord& pod) {
  auto list = Json::array();
  const auto status = status_of(parts, pod);
  if (!status) {
    return list;
  }
  for (const auto& container : status->containers) {
    Json json{{"name", container.name},
              {"phase", to_string(container.phase)},
              {"restored", container.restored}};
    if (container.exit_code) {
      json["exit_code"] = *container.exit_code;
    }
    if (!container.error.empty()) {
      json["error"] = container.error;
    }
    list.push_back(std::move(json));
  }
  return list;
}

std::string_view outcome_name(MigrationOutcome outcome) {
  switch (outcome) {
    case MigrationOutcome::kOpen:
      return "open";
    case MigrationOutcome::kCommitted:
      return "committed";
    case MigrationOutcome::kAborted:
      return "aborted";
  }
  return "open";
}

// A migration that is over leaves a running pod, whether it moved or not; the next pass of the
// reconciler looks.
cluster::WorkloadPhase phase_now(const ControllerParts& parts, const local::PodRecord& pod) {
  using cluster::WorkloadPhase;
  if (parts.migrations.open_for(WorkloadId{pod.spec.name})) {
    return WorkloadPhase::kMigrating;
  }
  return pod.phase == WorkloadPhase::kMigrating ? WorkloadPhase::kRunning : pod.phase;
}

bool can_answer(const local::PodRecord& pod) {
  return pod.phase == cluster::WorkloadPhase::kRunning ||
         pod.phase == cluster::WorkloadPhase::kMigrating;
}

Json terms_json(const std::vector<cluster::Term>& terms) {
  auto list = Json::array();
  for (const auto& term : terms) {
    list.push_back({{"name", term.name}, {"carbon_g", term.carbon.grams()}});
  }
  return list;
}

}  // namespace

Result<cluster::Snapshot> current_snapshot(const ControllerParts& parts) {
  return parts.state.pods().transform([&](const std::vector<local::PodRecord>& pods) {
    const auto seen = parts.reconciler.last_seen();
    const local::Migrating migrating = [&](const WorkloadId& pod) {
      return parts.migrations.open_for(pod);
    };
    return local::make_snapshot({.cluster = parts.cluster,
                                 .pods = pods,
                                 .nodes = *seen,
                                 .migrating = migrating,
                                 .nodes_are_older = true},
                                parts.time.now());
  });
}

Json node_json(const ControllerParts& parts, const cluster::Snapshot& snapshot,
               const local::NodeEntry& node) {
  const auto seen = parts.reconciler.last_seen();
  const auto observed = seen->find(node.name);
  const bool ready = observed != seen->end() && observed->second.ready;
  const auto free = free_resources(snapshot, node.name);
  const auto pods =
      std::ranges::count(snapshot.workloads, std::optional(node.name), &cluster::Workload::node);
  return {{"name", node.name.str()},
          {"zone", node.zone.str()},
          {"ready", ready},
          {"problem", ready || observed == seen->end() ? "" : observed->second.problem},
          {"address", to_string(parts.cluster.network.node(node_number(parts.cluster, node.name)))},
          {"pods", pods},
          {"cpu_cores", node.capacity.cpu_cores},
          {"cpu_free_cores", free.cpu_cores},
          {"memory_bytes", node.capacity.memory.count()},
          {"memory_free_bytes", free.memory.count()},
          {"idle_w", node.idle_power.watts()},
          {"peak_w", node.peak_power.watts()},
          {"bandwidth_bits_per_s", node.bandwidth.bits_per_second()},
          {"latency_ms", node.latency.count()},
          {"latency_shaped", false}};
}

Json pod_json(const ControllerParts& parts, const local::PodRecord& pod) {
  const auto* node = pod.node ? find_node(parts.cluster, *pod.node) : nullptr;
  return {{"name", pod.spec.name},
          {"phase", to_string(phase_now(parts, pod))},
          {"node", pod.node ? pod.node->str() : ""},
          {"zone", node != nullptr ? node->zone.str() : ""},
          {"ip", pod.spec.ip},
          {"message", pod.message},
          {"deleting", pod.deleting},
          {"uid", pod.spec.uid},
          {"created", format_time(pod.created)},
          {"power_w", local::power_of(pod.spec, parts.cluster).watts()},
          {"labels", pod.spec.labels},
          {"containers", containers_json(parts, pod)}};
}

Json service_json(const local::ServiceSpec& service, const std::vector<local::PodRecord>& pods) {
  auto json = Json::parse(to_json(service));
  auto behind = Json::array();
  for (const auto& pod : pods) {
    if (selects(service, pod.spec.labels) && can_answer(pod)) {
      behind.push_back(pod.spec.name);
    }
  }
  json["pods"] = behind;
  return json;
}

Json migration_json(const MigrationView& migration) {
  const auto begun = migration.phases.empty() ? Instant{} : migration.phases.front().start;
  auto phases = Json::array();
  for (const auto& phase : migration.phases) {
    Json json{
        {"name", phase.name}, {"start_s", seconds_between(begun, phase.start)}, {"end_s", nullptr}};
    if (phase.end) {
      json["end_s"] = seconds_between(begun, *phase.end);
    }
    phases.push_back(std::move(json));
  }
  return {{"id", migration.id.str()},
          {"pod", migration.pod.str()},
          {"from", migration.from.str()},
          {"to", migration.to.str()},
          {"reason", migration.reason},
          {"phase", migration.phase},
          {"outcome", outcome_name(migration.outcome)},
          {"error", migration.error},
          {"bytes", migration.bytes},
          {"begun", format_time(begun)},
          {"phases", phases}};
}

Json decision_json(const control::DecisionRecord& record) {
  Json json{{"id", record.id},
            {"at", format_time(record.at)},
            {"real_at", format_time(record.real_at)},
            {"policy", record.policy},
            {"workload", record.decision.workload.str()},
            {"from", record.decision.from.str()},
            {"to", record.decision.to.str()},
            {"reason", record.decision.reason},
            {"terms", terms_json(record.decision.terms)},
            {"saving_g", record.decision.saving.grams()},
            {"forecast_model", record.forecast_model},
            {"verdict", record.verdict},
            {"state", to_string(record.state)},
            {"migration", record.migration.str()}};
  if (record.outcome) {
    json["outcome"] = {{"bytes", record.outcome->bytes.count()},
                       {"downtime_ms", record.outcome->downtime.count()},
                       {"migration_time_ms", record.outcome->migration_time.count()},
                       {"why", record.outcome->why}};
  }
  return json;
}

os::HttpResponse json_reply(const Json& json, int status) {
  return os::json_response(json.dump(-1, ' ', false, Json::error_handler_t::replace), status);
}

}  // namespace drover::cli
