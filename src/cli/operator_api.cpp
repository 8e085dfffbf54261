#include "cli/operator_api.h"

#include <format>
#include <print>

#include "cluster/local/controller_client.h"

namespace drover::cli {

Result<OperatorApi> OperatorApi::connect(const ClusterChoice& choice) {
  return cluster::local::connect_controller(choice.paths()).transform([](os::HttpClient client) {
    return OperatorApi(std::move(client));
  });
}

Result<Json> OperatorApi::call(os::HttpCall call) {
  call.path = "/api/v1" + call.path;
  return client_.call(call).and_then([&](const os::HttpReply& reply) -> Result<Json> {
    auto json = Json::parse(reply.body, nullptr, false);
    if (json.is_discarded()) {
      return unavailable(std::format(
          "{} {}: the controller's answer is not JSON; is it another version of drover?",
          call.method, call.path));
    }
    return json;
  });
}

Result<Json> OperatorApi::get(const std::string& path) {
  return call({.path = path, .idempotent = true});
}

Result<Json> OperatorApi::put(const std::string& path, const std::string& body) {
  return call({.method = "PUT", .path = path, .body = body, .idempotent = true});
}

Result<Json> OperatorApi::post(const std::string& path, const Json& body) {
  return call({.method = "POST", .path = path, .body = body.dump()});
}

Result<Json> OperatorApi::remove(const std::string& path) {
  return call({.method = "DELETE", .path = path, .idempotent = true});
}

std::string field(const Json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  if (!object.is_object() || found == object.end() || found->is_null()) {
    return "";
  }
  return found->is_string() ? found->get<std::string>() : found->dump();
}

double number_field(const Json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  return object.is_object() && found != object.end() && found->is_number() ? found->get<double>()
                                                                           : 0;
}

void print_json(const Json& json) {
  std::println("{}", json.dump(2, ' ', false, Json::error_handler_t::replace));
}

}  // namespace drover::cli
