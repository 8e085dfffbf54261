#include <algorithm>
#include <format>

#include "cli/carbon_source.h"
#include "cli/controller_routes.h"
#include "cli/guarded.h"
#include "cli/version.h"
#include "cli/views_json.h"
#include "cluster/local/certificates.h"
#include "control/explain.h"
#include "control/sqlite/sqlite_ledger.h"
#include "os/clock.h"

namespace drover::cli {
namespace {

namespace local = cluster::local;
using os::HttpRequest;
using os::HttpResponse;

// Of the hour that the cluster's clock stands in; null where it is not known.
Json intensities(const ControllerParts& parts) {
  Json zones = Json::object();
  const auto source = CarbonSource::make(parts.cluster.carbon);
  for (const auto& node : parts.cluster.nodes) {
    const auto now = source ? source->intensity(node.zone, parts.time.now()) : std::nullopt;
    zones[node.zone.str()] = now ? Json(now->grams_per_kwh()) : Json(nullptr);
  }
  return zones;
}

Json nodes_json(const ControllerParts& parts, const cluster::Snapshot& snapshot) {
  const auto zones = intensities(parts);
  auto list = Json::array();
  for (const auto& node : parts.cluster.nodes) {
    auto json = node_json(parts, snapshot, node);
    json["intensity_g_per_kwh"] = zones[node.zone.str()];
    list.push_back(std::move(json));
  }
  return list;
}

Result<Json> all_nodes(const ControllerParts& parts) {
  return current_snapshot(parts).transform(
      [&](const cluster::Snapshot& snapshot) { return nodes_json(parts, snapshot); });
}

Result<HttpResponse> get_node(const ControllerParts& parts, const HttpRequest& request) {
  return all_nodes(parts).and_then([&](const Json& nodes) -> Result<HttpResponse> {
    const auto found = std::ranges::find_if(
        nodes, [&](const Json& node) { return node["name"] == request.param("node"); });
    if (found == nodes.end()) {
      return not_found(std::format("there is no node '{}'; `drover get nodes` lists them",
                                   request.param("node")));
    }
    return json_reply(*found);
  });
}

Json clock_json(const ControllerParts& parts) {
  return {{"now", format_time(parts.time.now())},
          {"mode", to_string(parts.cluster.clock.mode)},
          {"speed", parts.cluster.clock.speed}};
}

Result<HttpResponse> put_clock(const ControllerParts& parts, const HttpRequest& request) {
  const auto json = Json::parse(request.body, nullptr, false);
  if (!json.is_object() || !json.contains("advance_ms") ||
      !json["advance_ms"].is_number_integer()) {
    return invalid(R"(the clock is advanced by {"advance_ms": NUMBER})");
  }
  return parts.time.advance(Duration{json["advance_ms"].get<Duration::rep>()}).transform([&] {
    return json_reply(clock_json(parts));
  });
}

Json flags_json(const std::vector<control::Flag>& flags) {
  auto list = Json::array();
  for (const auto& flag : flags) {
    list.push_back({{"stage", to_string(flag.stage)}, {"what", flag.what}});
  }
  return list;
}

Json policy_json(const ControllerParts& parts) {
  const auto view = parts.views.read();
  auto decisions = Json::array();
  for (const auto& decision : view->decisions) {
    decisions.push_back(decision_json(decision));
  }
  return {{"name", parts.cluster.policy.name},
          {"forecaster", parts.cluster.policy.forecaster},
          {"at", view->sequence == 0 ? "" : format_time(view->at)},
          {"decisions", decisions},
          {"flags", flags_json(view->flags)}};
}

// Several places of the API at once, of one moment: what `drover status` shows.
Result<HttpResponse> get_status(const ControllerParts& parts) {
  const auto snapshot = current_snapshot(parts);
  const auto pods = parts.state.pods();
  const auto services = parts.state.services();
  const auto migrations = parts.migrations.list();
  if (!snapshot || !pods || !services || !migrations) {
    return std::unexpected(!snapshot   ? snapshot.error()
                           : !pods     ? pods.error()
                           : !services ? services.error()
                                       : migrations.error());
  }
  Json json{{"cluster", parts.paths.name()},
            {"version", kVersion},
            {"carbon_data", parts.cluster.carbon.store ? "store" : "synthetic"},
            {"carbon_feeds", parts.carbon_keeper == nullptr
                                 ? Json::array()
                                 : parts.carbon_keeper->feeds(os::RealClock().now())},
            {"clock", clock_json(parts)},
            {"policy", policy_json(parts)},
            {"nodes", nodes_json(parts, *snapshot)},
            {"pods", Json::array()},
            {"services", Json::array()},
            {"migrations", Json::array()}};
  for (const auto& pod : *pods) {
    json["pods"].push_back(pod_json(parts, pod));
  }
  for (const auto& service : *services) {
    json["services"].push_back(service_json(service, *pods));
  }
  for (const auto& migration : *migrations) {
    json["migrations"].push_back(migration_json(migration));
  }
  return json_reply(json);
}

HttpResponse get_ready(const ControllerParts& parts) {
  const auto seen = parts.reconciler.last_seen();
  std::string waiting_for;
  for (const auto& node : parts.cluster.nodes) {
    const auto found = seen->find(node.name);
    if (found == seen->end() || !found->second.ready) {
      waiting_for = std::format("node {}: {}", node.name,
                                found == seen->end() ? "not asked yet" : found->second.problem);
    }
  }
  return json_reply({{"waiting_for", waiting_for}});
}

Json explanation_json(const control::Explanation& explanation) {
  Json json{{"workload", explanation.workload.str()},
            {"standing", explanation.standing},
            {"cause", explanation.cause}};
  json["last_decision"] =
      explanation.last_decision ? decision_json(*explanation.last_decision) : Json(nullptr);
  json["last_move"] = explanation.last_move ? decision_json(*explanation.last_move) : Json(nullptr);
  json["refusals"] = Json::array();
  for (const auto& refusal : explanation.refusals) {
    json["refusals"].push_back(decision_json(refusal));
  }
  json["text"] = to_text(explanation);
  return json;
}

// The ledger knows the moves that a policy decided; a move that somebody asked for may be later.
Result<control::Explanation> with_moves_by_hand(const ControllerParts& parts,
                                                control::Explanation explanation) {
  return parts.migrations.list().transform([&](const std::vector<MigrationView>& migrations) {
    const auto ours = [&](const MigrationView& migration) {
      return migration.pod == explanation.workload &&
             migration.outcome == MigrationOutcome::kCommitted;
    };
    const auto latest = std::ranges::find_last_if(migrations, ours).begin();
    if (latest != migrations.end() &&
        (!explanation.last_move || explanation.last_move->migration != latest->id)) {
      explanation.cause = std::format("It was moved there from {} by {}: {}.", latest->from,
                                      latest->id, latest->reason);
    }
    return explanation;
  });
}

Result<HttpResponse> get_explanation(const ControllerParts& parts, const HttpRequest& request) {
  const WorkloadId pod{request.param("pod")};
  const auto snapshot = current_snapshot(parts);
  const auto history = control::open_sqlite_ledger(parts.paths.ledger_db())
                           .and_then([&](const std::unique_ptr<control::Ledger>& ledger) {
                             return ledger->history({.workload = pod, .since = std::nullopt});
                           });
  if (!snapshot || !history) {
    return std::unexpected(snapshot ? history.error() : snapshot.error());
  }
  return control::explain(pod, *snapshot, *history)
      .and_then([&](control::Explanation explanation) {
        return with_moves_by_hand(parts, std::move(explanation));
      })
      .transform([](const control::Explanation& explanation) {
        return json_reply(explanation_json(explanation));
      });
}

}  // namespace

void add_status_routes(os::HttpServer& server, ControllerParts parts) {
  const auto on = [&](const std::string& method, const std::string& pattern,
                      os::HttpHandler handler) {
    server.on(method, pattern, guarded({local::operator_identity()}, std::move(handler)));
  };
  on("GET", "/api/v1/ready", [parts](const HttpRequest&) { return get_ready(parts); });
  on("GET", "/api/v1/status", [parts](const HttpRequest&) { return get_status(parts); });
  on("GET", "/api/v1/nodes", [parts](const HttpRequest&) {
    return all_nodes(parts).transform([](const Json& nodes) { return json_reply(nodes); });
  });
  on("GET", "/api/v1/nodes/:node",
     [parts](const HttpRequest& request) { return get_node(parts, request); });
  on("GET", "/api/v1/explain/:pod",
     [parts](const HttpRequest& request) { return get_explanation(parts, request); });
  on("GET", "/api/v1/clock",
     [parts](const HttpRequest&) { return Result<HttpResponse>(json_reply(clock_json(parts))); });
  on("PUT", "/api/v1/clock",
     [parts](const HttpRequest& request) { return put_clock(parts, request); });
}

}  // namespace drover::cli
