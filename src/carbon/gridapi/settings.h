// What one configured service is asked with.
#pragma once

#include <optional>
#include <string>

#include "base/time.h"

namespace drover::carbon::gridapi {

// The secrets are values here: where they came from is the configuration's matter.
struct ProviderSettings {
  std::string name;         // in errors
  std::string type;         // name of an entry of providers()
  std::string path_prefix;  // of every path but a login's, e.g. "/v3"
  std::string auth_header;  // which takes the token
  std::string token;        // a key
  std::string username;     // of a login
  std::string password;
  std::string source;                     // of the series; empty: the provider's own name
  Duration step = std::chrono::hours{1};  // finer points become means over it
  std::optional<int> horizon_hours;       // of forecasts; absent: as the service likes
};

}  // namespace drover::carbon::gridapi
