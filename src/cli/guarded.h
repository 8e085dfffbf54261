// Who may call what: a handler that only some certificates reach.
#pragma once

#include <string>
#include <vector>

#include "os/http_server.h"

namespace drover::cli {

// 403 unless the client's certificate carries one of the identities.
os::HttpHandler guarded(std::vector<std::string> identities, os::HttpHandler handler);

}  // namespace drover::cli
