#include "cluster/local/agent_wire.h"

#include <format>

#include <nlohmann/json.hpp>

#include "cluster/local/address.h"

namespace drover::cluster::local {
namespace {

using Json = nlohmann::ordered_json;

// Output of containers may be any bytes; JSON holds text.
std::string dumped(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Peers are authenticated, but may be another version: a value of the wrong kind is an error, not
// an exception.
template <class Read>
auto reading(std::string_view text, std::string_view what, Read read)
    -> Result<std::invoke_result_t<Read, const Json&>> {
  try {
    return read(Json::parse(text));
  } catch (const Json::exception& error) {
    return invalid(std::format("{}: {}", what, error.what()));
  }
}

Json container_json(const pods::ContainerStatus& container) {
  Json json{{"name", container.name},
            {"phase", to_string(container.phase)},
            {"error", container.error},
            {"init_pid", container.init_pid},
            {"restored", container.restored}};
  if (container.exit_code) {
    json["exit_code"] = *container.exit_code;
  }
  return json;
}

// An unknown phase is one of a newer agent.
pods::ContainerPhase phase_from(const std::string& text) {
  return pods::parse_container_phase(text).value_or(pods::ContainerPhase::kFailed);
}

pods::ContainerStatus container_from(const Json& json) {
  pods::ContainerStatus container;
  container.name = json.at("name").get<std::string>();
  container.phase = phase_from(json.at("phase").get<std::string>());
  container.error = json.value("error", "");
  container.init_pid = json.value("init_pid", 0);
  container.restored = json.value("restored", false);
  if (json.contains("exit_code")) {
    container.exit_code = json.at("exit_code").get<int>();
  }
  return container;
}

Json pod_json(const pods::PodStatus& pod) {
  auto containers = Json::array();
  for (const auto& container : pod.containers) {
    containers.push_back(container_json(container));
  }
  return {{"name", pod.name},
          {"uid", pod.uid},
          {"ip", pod.ip},
          {"sandbox_alive", pod.sandbox_alive},
          {"attached", pod.attached},
          {"containers", containers}};
}

pods::PodStatus pod_from(const Json& json) {
  pods::PodStatus pod;
  pod.name = json.at("name").get<std::string>();
  pod.uid = json.at("uid").get<std::string>();
  pod.ip = json.value("ip", "");
  pod.sandbox_alive = json.at("sandbox_alive").get<bool>();
  pod.attached = json.value("attached", false);
  for (const auto& container : json.at("containers")) {
    pod.containers.push_back(container_from(container));
  }
  return pod;
}

}  // namespace

std::string to_json(const std::vector<pods::PodStatus>& pods) {
  auto list = Json::array();
  for (const auto& pod : pods) {
    list.push_back(pod_json(pod));
  }
  return dumped(list);
}

Result<std::vector<pods::PodStatus>> parse_pod_statuses(std::string_view json) {
  return reading(json, "pod statuses", [](const Json& list) {
    std::vector<pods::PodStatus> pods;
    for (const auto& item : list) {
      pods.push_back(pod_from(item));
    }
    return pods;
  });
}

std::string to_json(const PodRoute& route) {
  return dumped({{"ip", route.ip}, {"via", route.via}});
}

Result<PodRoute> parse_pod_route(std::string_view json) {
  return reading(json, "route",
                 [](const Json& object) {
                   return PodRoute{.ip = object.at("ip").get<std::string>(),
                                   .via = object.value("via", "")};
                 })
      .and_then([](PodRoute route) -> Result<PodRoute> {
        if (!parse_ipv4(route.ip) || (!route.via.empty() && !parse_ipv4(route.via))) {
          return invalid("route: 'ip' and 'via' must be IPv4 addresses");
        }
        return route;
      });
}

std::string to_json(const LogChunk& chunk) {
  return dumped({{"text", chunk.text}, {"next", chunk.next}});
}

Result<LogChunk> parse_log_chunk(std::string_view json) {
  return reading(json, "log", [](const Json& object) {
    return LogChunk{.text = object.at("text").get<std::string>(),
                    .next = object.at("next").get<std::size_t>()};
  });
}

}  // namespace drover::cluster::local
