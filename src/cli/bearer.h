// A secret that a client must show: "Authorization: Bearer TOKEN".
#pragma once

#include <string>

#include "base/result.h"
#include "os/file.h"
#include "os/http_server.h"

namespace drover::cli {

// The file's one line; kInvalid when it is shorter than 16 characters, has others than visible
// ASCII ones, or may be read by everybody on the machine. No error quotes it.
Result<std::string> read_token(const os::Path& file);

// 401 unless the request shows the token.
os::HttpHandler with_token(std::string token, os::HttpHandler handler);

}  // namespace drover::cli
