// The routes of the carbon metadata service, by an HTTP server. docs/api describes each one.
#pragma once

#include <functional>
#include <span>
#include <string_view>

#include "api/carbon_data.h"
#include "api/failure.h"
#include "base/time.h"
#include "os/http_server.h"

namespace drover::api {

// All outlive the server.
struct CarbonApi {
  CarbonData& data;
  const Clock& clock;
  Quantity otherwise;  // where a request cannot or does not say
};

struct CarbonRoute {
  std::string_view method;
  std::string_view path;  // ":zone" stands for one part
  std::string_view summary;
  bool open = false;  // answers without a token
};

std::span<const CarbonRoute> carbon_routes();

// One request of the route, from limits to headers. Thread-safe.
os::HttpResponse answer(const CarbonApi& api, const CarbonRoute& route,
                        const os::HttpRequest& request);

// Who may come in; gets each route's handler.
using Guard = std::function<os::HttpHandler(const CarbonRoute&, os::HttpHandler)>;

void add_carbon_routes(os::HttpServer& server, const CarbonApi& api, const Guard& guard);

os::HttpResponse problem(const Failure& failure);

// For HttpServer::Options: an error of the server itself.
os::HttpResponse server_problem(const Error& error, int status);

}  // namespace drover::api
