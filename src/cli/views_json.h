// What the API tells, as JSON. Units are in the names.
#pragma once

#include <nlohmann/json.hpp>

#include "cli/controller_routes.h"
#include "control/record.h"

namespace drover::cli {

using Json = nlohmann::ordered_json;

Json node_json(const ControllerParts& parts, const cluster::Snapshot& snapshot,
               const cluster::local::NodeEntry& node);
Json pod_json(const ControllerParts& parts, const cluster::local::PodRecord& pod);
Json service_json(const cluster::local::ServiceSpec& service,
                  const std::vector<cluster::local::PodRecord>& pods);
Json migration_json(const MigrationView& migration);
Json decision_json(const control::DecisionRecord& record);

// As the last pass of the reconciler saw it.
Result<cluster::Snapshot> current_snapshot(const ControllerParts& parts);

// Text of containers and errors may be any bytes; what is no UTF-8 is replaced.
os::HttpResponse json_reply(const Json& json, int status = 200);

}  // namespace drover::cli
