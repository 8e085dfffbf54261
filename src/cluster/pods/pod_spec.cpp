#include "cluster/pods/pod_spec.h"

#include <format>

#include <nlohmann/json.hpp>

#include "cluster/pods/json_reader.h"

namespace drover::cluster::pods {
namespace {

using Json = nlohmann::ordered_json;

Json resources_json(const ResourceAmounts& amounts) {
  Json json = Json::object();
  if (amounts.cpu_cores) json["cpu_cores"] = *amounts.cpu_cores;
  if (amounts.memory) json["memory_bytes"] = amounts.memory->count();
  return json;
}

Json container_json(const ContainerSpec& container) {
  Json json = {{"name", container.name}, {"image", container.image}};
  json["command"] = container.command;
  json["args"] = container.args;
  json["env"] = Json::array();
  for (const auto& [name, value] : container.env) {
    json["env"].push_back({{"name", name}, {"value", value}});
  }
  json["requests"] = resources_json(container.requests);
  json["limits"] = resources_json(container.limits);
  json["ports"] = Json::array();
  for (const auto& port : container.ports) {
    json["ports"].push_back({{"container_port", port.container_port},
                             {"protocol", port.protocol == PortProtocol::kUdp ? "UDP" : "TCP"},
                             {"name", port.name}});
  }
  json["volume_mounts"] = Json::array();
  for (const auto& mount : container.volume_mounts) {
    json["volume_mounts"].push_back(
        {{"name", mount.name}, {"mount_path", mount.mount_path}, {"read_only", mount.read_only}});
  }
  json["working_dir"] = container.working_dir;
  return json;
}

Json volume_json(const Volume& volume) {
  Json json = {{"name", volume.name}};
  if (const auto* host = std::get_if<HostPath>(&volume.source)) {
    json["host_path"] = host->path.string();
  } else {
    json["empty_dir"] = Json::object();
  }
  return json;
}

ResourceAmounts read_resources(JsonReader json) {
  json.allow({"cpu_cores", "memory_bytes"});
  ResourceAmounts amounts;
  if (const auto cores = json.optional("cpu_cores")) amounts.cpu_cores = cores->number();
  if (const auto bytes = json.optional("memory_bytes")) amounts.memory = Bytes{bytes->integer()};
  return amounts;
}

ContainerPort read_port(JsonReader json) {
  json.allow({"container_port", "protocol", "name"});
  const auto number = json.required("container_port").integer();
  if (number < 1 || number > 65535) {
    json.required("container_port").fail(std::format("{} is not a port; use 1 to 65535", number));
  }
  const auto protocol = json.text_or("protocol", "TCP");
  if (protocol != "TCP" && protocol != "UDP") {
    json.required("protocol").fail(std::format("'{}' is not a protocol; use TCP or UDP", protocol));
  }
  return {.container_port = static_cast<std::uint16_t>(number),
          .protocol = protocol == "UDP" ? PortProtocol::kUdp : PortProtocol::kTcp,
          .name = json.text_or("name", "")};
}

ContainerSpec read_container(JsonReader json) {
  json.allow({"name", "image", "command", "args", "env", "requests", "limits", "ports",
              "volume_mounts", "working_dir"});
  ContainerSpec container{.name = json.required("name").text(),
                          .image = json.required("image").text()};
  container.command = json.list("command", [](JsonReader item) { return item.text(); });
  container.args = json.list("args", [](JsonReader item) { return item.text(); });
  container.env = json.list("env", [](JsonReader item) {
    item.allow({"name", "value"});
    return EnvVar{.name = item.required("name").text(), .value = item.text_or("value", "")};
  });
  if (const auto requests = json.optional("requests"))
    container.requests = read_resources(*requests);
  if (const auto limits = json.optional("limits")) container.limits = read_resources(*limits);
  container.ports = json.list("ports", read_port);
  container.volume_mounts = json.list("volume_mounts", [](JsonReader item) {
    item.allow({"name", "mount_path", "read_only"});
    const auto read_only = item.optional("read_only");
    return VolumeMount{.name = item.required("name").text(),
                       .mount_path = item.required("mount_path").text(),
                       .read_only = read_only && read_only->boolean()};
  });
  container.working_dir = json.text_or("working_dir", "");
  return container;
}

Volume read_volume(JsonReader json) {
  json.allow({"name", "empty_dir", "host_path"});
  Volume volume{.name = json.required("name").text(), .source = EmptyDir{}};
  const auto host = json.optional("host_path");
  if (host.has_value() == json.optional("empty_dir").has_value()) {
    json.fail("needs exactly one of empty_dir and host_path");
  }
  if (host) volume.source = HostPath{host->text()};
  return volume;
}

HostAlias read_alias(JsonReader json) {
  json.allow({"ip", "hostnames"});
  return {.ip = json.required("ip").text(),
          .hostnames = json.list("hostnames", [](JsonReader item) { return item.text(); })};
}

PodSpec read_spec(JsonReader json) {
  json.allow({"name", "uid", "labels", "annotations", "ip", "containers", "volumes", "host_aliases",
              "termination_grace_s", "power_w", "migration"});
  PodSpec spec{.name = json.required("name").text(), .uid = json.required("uid").text()};
  spec.labels = json.text_map("labels");
  spec.annotations = json.text_map("annotations");
  spec.ip = json.text_or("ip", "");
  spec.containers = json.list("containers", read_container);
  spec.volumes = json.list("volumes", read_volume);
  spec.host_aliases = json.list("host_aliases", read_alias);
  if (const auto grace = json.optional("termination_grace_s"))
    spec.termination_grace_s = grace->integer();
  if (const auto power = json.optional("power_w")) spec.power = Power::watts(power->number());
  if (const auto migration = json.optional("migration"))
    spec.migration = MigrationId{migration->text()};
  return spec;
}

}  // namespace

std::string to_json(const PodSpec& spec) {
  Json json = {{"name", spec.name}, {"uid", spec.uid}};
  json["labels"] = spec.labels;
  json["annotations"] = spec.annotations;
  json["ip"] = spec.ip;
  json["containers"] = Json::array();
  for (const auto& container : spec.containers)
    json["containers"].push_back(container_json(container));
  json["volumes"] = Json::array();
  for (const auto& volume : spec.volumes) json["volumes"].push_back(volume_json(volume));
  json["host_aliases"] = Json::array();
  for (const auto& [ip, hostnames] : spec.host_aliases) {
    json["host_aliases"].push_back({{"ip", ip}, {"hostnames", hostnames}});
  }
  json["termination_grace_s"] = spec.termination_grace_s;
  if (spec.power) json["power_w"] = spec.power->watts();
  if (spec.migration) json["migration"] = spec.migration->str();
  // A name with bytes that are not UTF-8 must not end the process; it comes back as the replacement
  // character.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<PodSpec> parse_pod_spec(std::string_view json) {
  return read_json(json, read_spec).and_then([](const PodSpec& spec) -> Result<PodSpec> {
    return validate(spec).transform([&] { return spec; });
  });
}

}  // namespace drover::cluster::pods
