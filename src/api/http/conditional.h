// Conditional requests (RFC 9110): a client that has the very answer already is told so.
#pragma once

#include "os/http.h"

namespace drover::api {

// Adds a strong ETag of the body; 304 without it when the request's If-None-Match knows it.
os::HttpResponse conditional(const os::HttpRequest& request, os::HttpResponse response);

}  // namespace drover::api
