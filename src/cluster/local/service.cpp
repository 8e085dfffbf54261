#include "cluster/local/service.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "cluster/local/address.h"
#include "cluster/local/manifest_reader.h"

namespace drover::cluster::local {
namespace {

using Json = nlohmann::ordered_json;

ServicePort read_json_port(const Field& field) {
  field.only({"name", "port", "targetPort", "protocol"});
  return {.name = field.at("name").text().value_or(""),
          .port = read_port(field.need("port", "the port number")),
          .target_port = read_port(field.need("targetPort", "the pods' port number")),
          .protocol = read_protocol(field.at("protocol"))};
}

ServiceSpec read_json_service(const Field& root) {
  root.only({"name", "selector", "ports", "clusterIP"});
  ServiceSpec spec{.name = root.need("name", "the service's name").label().value_or(""),
                   .selector = read_text_map(root.need("selector", "a map of labels")),
                   .ports = {},
                   .cluster_ip = ""};
  const auto address = root.at("clusterIP");
  if (address.text().value_or("") != "") {
    spec.cluster_ip = to_string(address.parsed(parse_ipv4).value_or(Ipv4{}));
  }
  for (const auto& item : root.need("ports", "a list of ports").items()) {
    spec.ports.push_back(read_json_port(item));
  }
  return spec;
}

}  // namespace

std::string to_json(const ServiceSpec& spec) {
  auto ports = Json::array();
  for (const auto& port : spec.ports) {
    ports.push_back({{"name", port.name},
                     {"port", port.port},
                     {"targetPort", port.target_port},
                     {"protocol", port.protocol == pods::PortProtocol::kUdp ? "UDP" : "TCP"}});
  }
  return Json{{"name", spec.name},
              {"selector", spec.selector},
              {"ports", ports},
              {"clusterIP", spec.cluster_ip}}
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

// JSON is YAML, so the reader of manifests reads it, with the same errors.
Result<ServiceSpec> parse_service_spec(std::string_view json) {
  const auto documents = read_yaml(json, "service");
  if (!documents) {
    return std::unexpected(documents.error());
  }
  Problems problems("service");
  if (documents->size() != 1 || !documents->front().IsMap()) {
    problems.add(1, "", "", "must be one JSON object");
    return problems.error();
  }
  try {
    auto spec = read_json_service(Field(problems, documents->front(), "", 1));
    if (problems.empty()) {
      return spec;
    }
  } catch (const YAML::Exception& error) {
    problems.add(error.mark.line + 1, "", "", error.msg);
  }
  return problems.error();
}

bool selects(const ServiceSpec& service, const std::map<std::string, std::string>& labels) {
  return std::ranges::all_of(service.selector, [&](const auto& wanted) {
    const auto found = labels.find(wanted.first);
    return found != labels.end() && found->second == wanted.second;
  });
}

}  // namespace drover::cluster::local
