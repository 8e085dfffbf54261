#include "cluster/local/router.h"

#include <format>

#include "os/netlink.h"

namespace drover::cluster::local {
namespace {

// Keeps the first error and goes on.
void note(Result<>& outcome, const Result<>& next) {
  if (outcome && !next) {
    outcome = next;
  }
}

}  // namespace

// The destination first: until its own end is attached, packets for the pod would run in circles.
Result<> Router::announce(const WorkloadId& pod, const std::string& ip, const NodeId& node) {
  if (find_node(cluster_, node) == nullptr) {
    return not_found(std::format("there is no node '{}'", node));
  }
  const auto via = to_string(cluster_.network.node(node_number(cluster_, node)));
  Result<> outcome = agents_.set_route(node, pod, {.ip = ip, .via = ""});
  note(outcome, os::replace_route({.destination = ip + "/32", .via = via}));
  for (const auto& other : cluster_.nodes) {
    if (other.name != node) {
      note(outcome, agents_.set_route(other.name, pod, {.ip = ip, .via = via}));
    }
  }
  return outcome.transform_error(doing(std::format("announcing pod {} on node {}", pod, node)));
}

Result<> Router::withdraw(const WorkloadId& pod, const std::string& ip) {
  Result<> outcome;
  for (const auto& node : cluster_.nodes) {
    note(outcome, agents_.remove_route(node.name, pod, ip));
  }
  const auto removed = os::delete_route({.destination = ip + "/32"});
  if (!removed && removed.error().code != Code::kNotFound) {
    note(outcome, removed);
  }
  return outcome.transform_error(doing(std::format("withdrawing the routes of pod {}", pod)));
}

}  // namespace drover::cluster::local
