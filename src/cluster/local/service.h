// A stable address in front of pods: the part of a Kubernetes Service that drover knows.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cluster/pods/pod_spec.h"

namespace drover::cluster::local {

struct ServicePort {
  std::string name;  // empty: unnamed, allowed for a single port
  std::uint16_t port = 0;
  std::uint16_t target_port = 0;
  pods::PortProtocol protocol = pods::PortProtocol::kTcp;
  friend bool operator==(const ServicePort&, const ServicePort&) = default;
};

struct ServiceSpec {
  std::string name;
  std::map<std::string, std::string>
      selector;  // a pod is behind it when it has all of these labels
  std::vector<ServicePort> ports;
  std::string cluster_ip;  // given by the controller, kept for the service's whole life; empty: not
                           // given yet
  friend bool operator==(const ServiceSpec&, const ServiceSpec&) = default;
};

// JSON as the API and cluster.db hold it; parse_service_spec() reads it back to an equal value.
std::string to_json(const ServiceSpec& spec);

// Strict: an unknown key, a missing or mistyped value is kInvalid and names its place.
Result<ServiceSpec> parse_service_spec(std::string_view json);

// Whether every label of the selector is among the pod's.
bool selects(const ServiceSpec& service, const std::map<std::string, std::string>& labels);

}  // namespace drover::cluster::local
