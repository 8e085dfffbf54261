#include "control/sqlite/inputs_json.h"

#include <cmath>
#include <format>
#include <limits>
#include <utility>

#include <nlohmann/json.hpp>

namespace drover::control {
namespace {

using Json = nlohmann::json;

std::int64_t millis(Instant instant) { return instant.time_since_epoch().count(); }

Instant instant_at(const Json& json, const char* key) {
  return Instant{Duration{json.at(key).get<Duration::rep>()}};
}

Json to_json(const cluster::Resources& resources) {
  return {{"cpu_cores", resources.cpu_cores}, {"memory_bytes", resources.memory.count()}};
}

cluster::Resources resources_from(const Json& json) {
  return {.cpu_cores = json.at("cpu_cores").get<double>(),
          .memory = Bytes{json.at("memory_bytes").get<std::int64_t>()}};
}

Json to_json(const cluster::Node& node) {
  return {{"id", node.id.str()},
          {"zone", node.zone.str()},
          {"capacity", to_json(node.capacity)},
          {"idle_w", node.idle_power.watts()},
          {"peak_w", node.peak_power.watts()},
          {"uplink_bit_per_s", node.uplink.bits_per_second()},
          {"ready", node.ready}};
}

cluster::Node node_from(const Json& json) {
  return {.id = NodeId{json.at("id").get<std::string>()},
          .zone = ZoneId{json.at("zone").get<std::string>()},
          .capacity = resources_from(json.at("capacity")),
          .idle_power = Power::watts(json.at("idle_w").get<double>()),
          .peak_power = Power::watts(json.at("peak_w").get<double>()),
          .uplink = Bandwidth::bits_per_second(json.at("uplink_bit_per_s").get<double>()),
          .ready = json.at("ready").get<bool>()};
}

Json to_json(const cluster::Workload& workload) {
  return {{"id", workload.id.str()},
          {"phase", to_string(workload.phase)},
          {"node", workload.node ? Json(workload.node->str()) : Json()},
          {"address", workload.address},
          {"requests", to_json(workload.requests)},
          {"power_w", workload.power.watts()},
          {"movable", workload.movable},
          {"labels", workload.labels}};
}

cluster::Workload workload_from(const Json& json) {
  cluster::Workload workload;
  workload.id = WorkloadId{json.at("id").get<std::string>()};
  workload.phase = cluster::parse_workload_phase(json.at("phase").get<std::string>())
                       .value_or(cluster::WorkloadPhase::kUnknown);
  if (const auto& node = json.at("node"); !node.is_null()) {
    workload.node = NodeId{node.get<std::string>()};
  }
  workload.address = json.at("address").get<std::string>();
  workload.requests = resources_from(json.at("requests"));
  workload.power = Power::watts(json.at("power_w").get<double>());
  workload.movable = json.at("movable").get<bool>();
  workload.labels = json.at("labels").get<std::map<std::string, std::string>>();
  return workload;
}

// JSON has no number for an unknown intensity.
Json to_json(Intensity intensity) {
  const auto value = intensity.grams_per_kwh();
  return std::isfinite(value) ? Json(value) : Json();
}

Intensity intensity_from(const Json& json) {
  return Intensity::grams_per_kwh(json.is_null() ? std::numeric_limits<double>::quiet_NaN()
                                                 : json.get<double>());
}

Json to_json(const carbon::Forecast& forecast) {
  Json mean = Json::array();
  for (const auto intensity : forecast.mean) {
    mean.push_back(to_json(intensity));
  }
  return {{"zone", forecast.zone.str()},      {"issued_ms", millis(forecast.issued)},
          {"step_ms", forecast.step.count()}, {"model", forecast.model},
          {"fallback", forecast.fallback},    {"mean_g_per_kwh", std::move(mean)}};
}

carbon::Forecast forecast_from(const Json& json) {
  carbon::Forecast forecast;
  forecast.zone = ZoneId{json.at("zone").get<std::string>()};
  forecast.issued = instant_at(json, "issued_ms");
  forecast.step = Duration{json.at("step_ms").get<Duration::rep>()};
  forecast.model = json.at("model").get<std::string>();
  forecast.fallback = json.at("fallback").get<std::string>();
  for (const auto& value : json.at("mean_g_per_kwh")) {
    forecast.mean.push_back(intensity_from(value));
  }
  return forecast;
}

Json to_json(const WorkloadId& workload, const policy::Budget& budget) {
  return {{"workload", workload.str()},
          {"moves_left", budget.moves_left},
          {"horizon_h", budget.horizon},
          {"move_ms", budget.move_cost.duration.count()},
          {"move_j", budget.move_cost.energy.joules()},
          {"move_at_source", budget.move_cost.at_source},
          {"move_at_destination", budget.move_cost.at_destination},
          {"move_downtime_ms", budget.move_cost.downtime.count()}};
}

policy::Budget budget_from(const Json& json) {
  return {.moves_left = json.at("moves_left").get<std::size_t>(),
          .horizon = json.at("horizon_h").get<std::size_t>(),
          .move_cost = {.duration = Duration{json.at("move_ms").get<Duration::rep>()},
                        .energy = Energy::joules(json.at("move_j").get<double>()),
                        .at_source = json.value("move_at_source", 1.0),
                        .at_destination = json.value("move_at_destination", 1.0),
                        .downtime = Duration{json.value("move_downtime_ms", Duration::rep{0})}}};
}

PlanInputs inputs_from(const Json& json) {
  PlanInputs inputs;
  inputs.snapshot.at = instant_at(json, "at_ms");
  for (const auto& node : json.at("nodes")) {
    inputs.snapshot.nodes.push_back(node_from(node));
  }
  for (const auto& workload : json.at("workloads")) {
    inputs.snapshot.workloads.push_back(workload_from(workload));
  }
  for (const auto& item : json.at("forecasts")) {
    auto forecast = forecast_from(item);
    inputs.forecasts[forecast.zone] = std::move(forecast);
  }
  for (const auto& budget : json.at("budgets")) {
    inputs.budgets[WorkloadId{budget.at("workload").get<std::string>()}] = budget_from(budget);
  }
  return inputs;
}

}  // namespace

std::string inputs_to_json(const PlanInputs& inputs) {
  Json json{{"at_ms", millis(inputs.snapshot.at)},
            {"nodes", Json::array()},
            {"workloads", Json::array()},
            {"forecasts", Json::array()},
            {"budgets", Json::array()}};
  for (const auto& node : inputs.snapshot.nodes) {
    json["nodes"].push_back(to_json(node));
  }
  for (const auto& workload : inputs.snapshot.workloads) {
    json["workloads"].push_back(to_json(workload));
  }
  for (const auto& [zone, forecast] : inputs.forecasts) {
    json["forecasts"].push_back(to_json(forecast));
  }
  for (const auto& [workload, budget] : inputs.budgets) {
    json["budgets"].push_back(to_json(workload, budget));
  }
  // Names that are no UTF-8 are kept readable rather than refused: they are not ours to choose.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<PlanInputs> inputs_from_json(std::string_view text) {
  try {
    return inputs_from(Json::parse(text));
  } catch (const Json::exception& error) {
    return invalid(std::format("inputs of a plan: {}", error.what()));
  }
}

}  // namespace drover::control
