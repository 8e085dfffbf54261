#include "cluster/local/address.h"
#include "cluster/local/manifest_reader.h"

namespace drover::cluster::local {
namespace {

constexpr Field::Refused kRefused[] = {
    {"externalIPs", "is not supported: a service is reached inside the cluster only; remove it"},
    {"loadBalancerIP", "is not supported: a service is reached inside the cluster only; remove it"},
    {"externalName", "is not supported: a service stands for pods of the cluster; remove it"},
};

constexpr Field::Refused kRefusedOfPort[] = {
    {"nodePort", "is not supported: a service is reached inside the cluster only; remove it"},
};

ServicePort read_service_port(const Field& field) {
  field.only({"name", "port", "targetPort", "protocol"}, kRefusedOfPort);
  ServicePort port;
  port.name = field.at("name").label().value_or("");
  port.port = read_port(field.need("port", "the service's port number, such as 'port: 6379'"));
  const auto target = field.at("targetPort");
  port.target_port = target.present() ? read_port(target) : port.port;
  port.protocol = read_protocol(field.at("protocol"));
  return port;
}

std::vector<ServicePort> read_ports(const Field& field) {
  const auto items = field.items();
  std::vector<ServicePort> ports;
  for (const auto& item : items) {
    ports.push_back(read_service_port(item));
    const auto same = [&](const ServicePort& other) {
      return other.port == ports.back().port && other.protocol == ports.back().protocol;
    };
    if (std::ranges::count_if(ports, same) > 1) {
      item.at("port").problem("stands twice for one protocol; each port has one target");
    }
    if (items.size() > 1) {
      (void)item.need("name", "a name: a service with several ports names each");
    }
  }
  if (field.present() && items.empty()) {
    field.problem("has no port; add at least one");
  }
  check_unique(items, "name");
  return ports;
}

}  // namespace

ServiceSpec read_service(const Field& root) {
  root.only({"apiVersion", "kind", "metadata", "spec"});
  const auto metadata = root.need("metadata", "'metadata: {name: …}'");
  metadata.only({"name", "labels", "annotations"});
  ServiceSpec service;
  service.name = metadata.need("name", "the service's name").label().value_or("");

  const auto spec = root.need("spec", "'spec: {selector: …, ports: …}'");
  spec.only({"selector", "ports", "type", "clusterIP", "sessionAffinity"}, kRefused);
  (void)spec.at("type").one_of({"ClusterIP"});
  (void)spec.at("sessionAffinity").one_of({"None"});
  const auto selector =
      spec.need("selector", "the labels of the pods behind it, such as 'selector: {app: redis}'");
  service.selector = read_text_map(selector);
  if (selector.present() && service.selector.empty()) {
    selector.problem("is empty; name at least one label of the pods behind the service");
  }
  service.ports = read_ports(spec.need("ports", "the ports, such as 'ports: [{port: 6379}]'"));
  const auto address = spec.at("clusterIP").parsed(parse_ipv4);
  service.cluster_ip = address ? to_string(*address) : "";
  return service;
}

}  // namespace drover::cluster::local
