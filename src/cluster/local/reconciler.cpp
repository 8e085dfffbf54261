#include "cluster/local/reconciler.h"

#include <algorithm>
#include <format>
#include <iterator>

#include "os/log.h"
#include "os/nft.h"

namespace drover::cluster::local {
namespace {

constexpr int kPassesUntilLost = 3;

// Repeating it may help.
bool passing(const Error& error) {
  return error.code == Code::kUnavailable || error.code == Code::kTimeout;
}

bool answers(const PodRecord& pod) {
  return !pod.deleting && !pod.spec.ip.empty() &&
         (pod.phase == WorkloadPhase::kRunning || pod.phase == WorkloadPhase::kMigrating);
}

std::vector<ServiceEndpoints> endpoints_of(const std::vector<ServiceSpec>& services,
                                           const std::vector<PodRecord>& pods) {
  std::vector<ServiceEndpoints> list;
  for (const auto& service : services) {
    ServiceEndpoints endpoints{.service = service, .addresses = {}};
    for (const auto& pod : pods) {
      if (answers(pod) && selects(service, pod.spec.labels)) {
        endpoints.addresses.push_back(pod.spec.ip);
      }
    }
    std::ranges::sort(endpoints.addresses);
    list.push_back(std::move(endpoints));
  }
  return list;
}

// Names of services for the pod's /etc/hosts, as they are when it is placed.
std::vector<pods::HostAlias> service_names(const std::vector<ServiceSpec>& services) {
  std::vector<pods::HostAlias> aliases;
  std::ranges::transform(services, std::back_inserter(aliases), [](const ServiceSpec& service) {
    return pods::HostAlias{.ip = service.cluster_ip, .hostnames = {service.name}};
  });
  return aliases;
}

}  // namespace

Observation observe_nodes(const ClusterFile& cluster, AgentPool& agents) {
  Observation seen;
  for (const auto& node : cluster.nodes) {
    const auto pods = agents.list_pods(node.name);
    auto& entry = seen[node.name];
    entry.ready = pods.has_value();
    if (!pods) {
      entry.problem = pods.error().what;
      continue;
    }
    for (const auto& pod : *pods) {
      entry.pods.emplace(pod.name, pod);
    }
  }
  return seen;
}

// Asking the agents takes time, in which a whole migration may pass. Only pods that stood still
// meanwhile are compared with the answers.
Result<> Reconciler::step(Instant now) {
  const auto before = settled_pods();
  const auto seen =
      std::make_shared<const Observation>(observe_nodes(ports_.cluster, ports_.agents));
  seen_.store(seen);
  const auto after = ports_.state.pods();
  if (!before || !after) {
    return std::unexpected(!before ? before.error() : after.error());
  }
  for (const auto& pod : *after) {
    const auto same = before->find(pod.spec.uid);
    if (same != before->end() && same->second == pod.node) {
      complain(pod, reconcile(pod, *seen, now));
    } else if (ports_.migrating(WorkloadId{pod.spec.name})) {
      complain(pod, note(pod, {WorkloadPhase::kMigrating, ""}));
    }
  }
  return ports_.state.pods().and_then(
      [&](const std::vector<PodRecord>& pods) { return update_services(pods, *seen); });
}

// Where each pod is, by uid, without those that are being moved.
Result<std::map<std::string, std::optional<NodeId>>> Reconciler::settled_pods() const {
  return ports_.state.pods().transform([&](const std::vector<PodRecord>& pods) {
    std::map<std::string, std::optional<NodeId>> settled;
    for (const auto& pod : pods) {
      if (!ports_.migrating(WorkloadId{pod.spec.name})) {
        settled.emplace(pod.spec.uid, pod.node);
      }
    }
    return settled;
  });
}

void Reconciler::complain(const PodRecord& pod, const Result<>& outcome) {
  auto& last = complaints_[WorkloadId{pod.spec.name}];
  if (!outcome && last != outcome.error().what) {
    os::log_warning("pod {}: {}", pod.spec.name, outcome.error().what);
  }
  last = outcome ? "" : outcome.error().what;
}

Result<> Reconciler::reconcile(const PodRecord& pod, const Observation& nodes, Instant now) {
  const bool migrating = ports_.migrating(WorkloadId{pod.spec.name});
  const auto step = next_step(pod, nodes, migrating);
  if (std::holds_alternative<PlaceIt>(step)) {
    return place(pod, nodes, now);
  }
  if (std::holds_alternative<StartIt>(step)) {
    return start(pod);
  }
  if (std::holds_alternative<StopIt>(step)) {
    return stop(pod);
  }
  if (std::holds_alternative<ForgetIt>(step)) {
    return forget(pod);
  }
  if (std::holds_alternative<LostIt>(step)) {
    return lose(pod);
  }
  missing_.erase(WorkloadId{pod.spec.name});
  const auto noted = note(pod, std::get<NoteIt>(step));
  return noted && pod.started && !migrating ? restore_route(pod) : noted;
}

Result<> Reconciler::place(const PodRecord& pod, const Observation& nodes, Instant now) {
  const auto pods = ports_.state.pods();  // an earlier pod of this pass may have taken the room
  const auto services = ports_.state.services();
  const auto taken = ports_.state.addresses();
  if (!pods || !services || !taken) {
    return std::unexpected(!pods ? pods.error() : !services ? services.error() : taken.error());
  }
  const auto& cluster = ports_.cluster;
  const auto snapshot = make_snapshot(
      {.cluster = cluster, .pods = *pods, .nodes = nodes, .migrating = ports_.migrating}, now);
  const auto node = choose_node(snapshot, cluster, pod);
  if (!node) {
    return note(pod, {WorkloadPhase::kPending, node.error().what});
  }
  const auto address = free_address(cluster.network.pods(node_number(cluster, *node)), *taken);
  if (!address) {
    return note(pod, {WorkloadPhase::kPending,
                      std::format("waiting: node {} has no free pod address", *node)});
  }
  auto placed = pod.spec;
  placed.ip = to_string(*address);
  std::ranges::copy(service_names(*services), std::back_inserter(placed.host_aliases));
  return ports_.state.place(WorkloadId{pod.spec.name}, *node, placed).and_then([&] {
    return ports_.state.pod(WorkloadId{pod.spec.name}).and_then([&](const PodRecord& now_placed) {
      return start(now_placed);
    });
  });
}

Result<> Reconciler::start(const PodRecord& pod) {
  const auto started = ports_.agents.start_pod(*pod.node, pod.spec);
  if (started) {
    os::log_info("pod {} was started on node {}", pod.spec.name, *pod.node);
    return ports_.state.mark_started(WorkloadId{pod.spec.name});
  }
  if (passing(started.error())) {
    return note(pod, {WorkloadPhase::kPending, "waiting: " + started.error().what}).and_then([&] {
      return started;
    });
  }
  return refuse(pod, started.error());
}

// What cannot be started will not be by repeating it: the pod has failed, and what was made of it
// stays to be looked at.
Result<> Reconciler::refuse(const PodRecord& pod, const Error& error) {
  os::log_warning("pod {} cannot be started: {}", pod.spec.name, error.what);
  return note(pod, {WorkloadPhase::kFailed, "cannot be started: " + error.what}).and_then([&] {
    return ports_.state.mark_started(WorkloadId{pod.spec.name});
  });
}

// Said for good only when it was missed several times in a row.
Result<> Reconciler::lose(const PodRecord& pod) {
  if (++missing_[WorkloadId{pod.spec.name}] < kPassesUntilLost) {
    return {};
  }
  return note(
      pod, {WorkloadPhase::kFailed,
            std::format("is gone from node {}; it is not started again, since its state is lost: "
                        "delete and apply it",
                        *pod.node)});
}

Result<> Reconciler::stop(const PodRecord& pod) {
  return ports_.agents.delete_pod(*pod.node, WorkloadId{pod.spec.name},
                                  std::chrono::seconds{pod.spec.termination_grace_s});
}

Result<> Reconciler::forget(const PodRecord& pod) {
  const WorkloadId name{pod.spec.name};
  // A route that stays somewhere would lead the next pod of this address astray, so a node that
  // cannot be reached is waited for.
  const auto withdrawn =
      pod.spec.ip.empty() ? Result<>{} : ports_.router.withdraw(name, pod.spec.ip);
  if (!withdrawn) {
    return note(pod, {pod.phase, "is being deleted: " + withdrawn.error().what}).and_then([&] {
      return withdrawn;
    });
  }
  routed_.erase(name);
  missing_.erase(name);
  complaints_.erase(name);
  os::log_info("pod {} is deleted", pod.spec.name);
  return ports_.state.remove_pod(name);
}

Result<> Reconciler::note(const PodRecord& pod, const NoteIt& note) {
  if (pod.phase == note.phase && pod.message == note.message) {
    return {};
  }
  return ports_.state.observe(WorkloadId{pod.spec.name}, note.phase, note.message);
}

// Routes live in the kernel and survive us. Only after a restart of ours it is not known that those
// of a moved pod are complete.
Result<> Reconciler::restore_route(const PodRecord& pod) {
  const auto& cluster = ports_.cluster;
  const WorkloadId name{pod.spec.name};
  const auto address = parse_ipv4(pod.spec.ip);
  const auto known = routed_.find(name);
  const bool at_home =
      address && cluster.network.pods(node_number(cluster, *pod.node)).contains(*address);
  if (!address || (at_home && known == routed_.end()) ||
      (known != routed_.end() && known->second == *pod.node)) {
    return {};
  }
  return ports_.router.announce(name, pod.spec.ip, *pod.node).transform([&] {
    routed_.insert_or_assign(name, *pod.node);
  });
}

Result<> Reconciler::update_services(const std::vector<PodRecord>& pods, const Observation& nodes) {
  const auto services = ports_.state.services();
  if (!services) {
    return std::unexpected(services.error());
  }
  const auto endpoints = endpoints_of(*services, pods);
  const auto set = to_json(endpoints);
  Result<> outcome;
  const auto update = [&](const NodeId& where, const auto& apply) {
    if (service_sets_[where] == set) {
      return;
    }
    const auto applied = apply();
    service_sets_[where] = applied ? set : "";
    outcome = applied ? outcome : applied;
  };
  update(NodeId{},
         [&] { return os::nft(service_rules(endpoints, ports_.cluster.network.services())); });
  for (const auto& [node, seen] : nodes) {
    if (seen.ready) {
      update(node, [&] { return ports_.agents.set_services(node, endpoints); });
    }
  }
  return outcome.transform_error(doing("updating service rules"));
}

}  // namespace drover::cluster::local
