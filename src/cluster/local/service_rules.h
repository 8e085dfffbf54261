// Services as nft rules: the table `drover-services` in the fabric's and every node's network
// namespace.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "cluster/local/address.h"
#include "cluster/local/service.h"

namespace drover::cluster::local {

struct ServiceEndpoints {
  ServiceSpec service;
  std::vector<std::string> addresses;  // of the pods behind it that can answer; sorted
  friend bool operator==(const ServiceEndpoints&, const ServiceEndpoints&) = default;
};

// The whole table as one transaction that replaces the former one. New connections to a service's
// address and port go to one of its pods at random and stay with it, also while that pod moves;
// where nothing answers they are refused at once instead of timing out.
std::string service_rules(const std::vector<ServiceEndpoints>& services, const Subnet& addresses);

// JSON for PUT /v1/services, and back.
std::string to_json(const std::vector<ServiceEndpoints>& services);
Result<std::vector<ServiceEndpoints>> parse_endpoints(std::string_view json);

}  // namespace drover::cluster::local
