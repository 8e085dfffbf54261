// The command line's side of the controller's API: requests in, JSON out.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "os/http_client.h"

namespace drover::cli {

using Json = nlohmann::ordered_json;

class OperatorApi {
 public:
  // kNotFound: no such cluster; kUnavailable: its controller does not run.
  static Result<OperatorApi> connect(const ClusterChoice& choice);

  // `path` without "/api/v1". An answer that is not the JSON it should be is kUnavailable.
  Result<Json> get(const std::string& path);
  Result<Json> put(const std::string& path, const std::string& body);
  Result<Json> post(const std::string& path, const Json& body);
  Result<Json> remove(const std::string& path);

 private:
  explicit OperatorApi(os::HttpClient client) : client_(std::move(client)) {}
  Result<Json> call(os::HttpCall call);
  os::HttpClient client_;
};

// The text, number (as text) or "" under a key: answers of another version may lack some.
std::string field(const Json& object, const char* key);
double number_field(const Json& object, const char* key);

void print_json(const Json& json);

}  // namespace drover::cli
