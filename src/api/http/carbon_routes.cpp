#include "api/http/carbon_routes.h"

#include <algorithm>
#include <array>
#include <format>

#include "api/http/bodies.h"
#include "api/http/carbon_json.h"
#include "api/http/conditional.h"
#include "api/http/openapi.h"
#include "api/limits.h"
#include "carbon/synthetic.h"

namespace drover::api {
namespace {

using os::HttpRequest;
using os::HttpResponse;

constexpr int kOk = 200;
constexpr int kNoContent = 204;

// How long an answer may be used again without asking.
constexpr std::string_view kAskAgain = "no-cache";  // it depends on `now`
constexpr std::string_view kSettled =
    "max-age=60";  // the request says all times; data may be revised
constexpr std::string_view kDocument = "max-age=3600";

struct Reply {
  int status = kOk;
  std::string body;
  bool synthetic = false;
  std::string_view cache = kAskAgain;
  std::map<std::string, std::string> headers = {};
};

using Handler = Answer<Reply> (*)(const Asked& asked, const HttpRequest& request);

Parameters own_parameters(const HttpRequest& request) { return Parameters(request.query); }

Parameters sdk_parameters(const HttpRequest& request) {
  return Parameters(request.query, Parameters::Names::kAnyCase);
}

bool has(const HttpRequest& request, const std::string& name) {
  return request.query.contains(name);
}

std::string http_date(Instant at) {
  return std::format("{:%a, %d %b %Y %H:%M:%S} GMT", std::chrono::floor<std::chrono::seconds>(at));
}

Answer<Reply> get_zones(const Asked& asked, const HttpRequest& request) {
  return list_zones(asked, own_parameters(request)).transform([](const ZonePage& page) {
    return Reply{.body = to_text(to_json(page)), .synthetic = is_synthetic(page)};
  });
}

Answer<Reply> get_intensity(const Asked& asked, const HttpRequest& request) {
  const bool settled = has(request, "from") && has(request, "to");
  return known_intensity(asked, request.param("zone"), own_parameters(request))
      .transform([&](const KnownIntensity& known) {
        return Reply{.body = to_text(to_json(known)),
                     .synthetic = is_synthetic(known),
                     .cache = settled ? kSettled : kAskAgain};
      });
}

Answer<Reply> get_forecast(const Asked& asked, const HttpRequest& request) {
  return zone_forecast(asked, request.param("zone"), own_parameters(request))
      .transform([&](const ZoneForecast& forecast) {
        return Reply{.body = to_text(to_json(forecast)),
                     .synthetic = carbon::is_synthetic(forecast.forecast().zone),
                     .cache = has(request, "at") ? kSettled : kAskAgain,
                     .headers = {{"Last-Modified", http_date(forecast.forecast().issued)}}};
      });
}

Reply emissions_reply(const std::vector<Emission>& all) {
  return {.status = all.empty() ? kNoContent : kOk,
          .body = all.empty() ? "" : to_text(to_json(all)),
          .synthetic = std::ranges::any_of(all, &Emission::synthetic)};
}

Answer<Reply> get_emissions_of_one(const Asked& asked, const HttpRequest& request) {
  return emissions_of_one(asked, sdk_parameters(request)).transform(emissions_reply);
}

Answer<Reply> get_emissions(const Asked& asked, const HttpRequest& request) {
  return emissions(asked, sdk_parameters(request)).transform(emissions_reply);
}

Answer<Reply> get_best_emissions(const Asked& asked, const HttpRequest& request) {
  return best_emissions(asked, sdk_parameters(request)).transform(emissions_reply);
}

template <class T>
Reply list_reply(const std::vector<T>& all) {
  auto list = Json::array();
  for (const auto& one : all) {
    list.push_back(to_json(one));
  }
  return {.body = to_text(list), .synthetic = std::ranges::any_of(all, &T::synthetic)};
}

Answer<Reply> get_current_forecasts(const Asked& asked, const HttpRequest& request) {
  return current_forecasts(asked, sdk_parameters(request)).transform(list_reply<SdkForecast>);
}

Answer<Reply> post_forecasts(const Asked& asked, const HttpRequest& request) {
  return parse_forecast_batch(request.body)
      .and_then([&](const std::vector<SdkForecastQuery>& queries) {
        return past_forecasts(asked, queries);
      })
      .transform(list_reply<SdkForecast>);
}

std::map<std::string, std::string> imputed_header(std::size_t steps) {
  if (steps == 0) {
    return {};
  }
  return {{"Drover-Imputed", std::to_string(steps)}};
}

Answer<Reply> get_average(const Asked& asked, const HttpRequest& request) {
  return average(asked, sdk_parameters(request)).transform([](const Average& average) {
    return Reply{.status = average.mean ? kOk : kNoContent,
                 .body = average.mean ? to_text(to_json(average)) : "",
                 .synthetic = average.synthetic,
                 .cache = kSettled,
                 .headers = imputed_header(average.imputed)};
  });
}

Answer<Reply> post_averages(const Asked& asked, const HttpRequest& request) {
  return parse_average_batch(request.body)
      .and_then([&](const std::vector<AverageQuery>& queries) { return averages(asked, queries); })
      .transform([](const std::vector<Average>& all) {
        auto reply = list_reply(all);
        reply.headers = imputed_header(std::ranges::fold_left(
            all, std::size_t{0},
            [](std::size_t sum, const auto& one) { return sum + one.imputed; }));
        return reply;
      });
}

Answer<Reply> get_locations(const Asked& asked, const HttpRequest& /*request*/) {
  return locations(asked).transform([](const std::vector<ZoneId>& zones) {
    return Reply{.body = to_text(locations_json(zones)),
                 .synthetic = std::ranges::any_of(zones, carbon::is_synthetic)};
  });
}

Answer<Reply> post_kubeflex(const Asked& asked, const HttpRequest& request) {
  return parse_kubeflex(request.body)
      .and_then([&](double hours) { return kubeflex_forecasts(asked, hours); })
      .transform([](const KubeflexForecasts& forecasts) {
        return Reply{.body = to_text(to_json(forecasts)), .synthetic = is_synthetic(forecasts)};
      });
}

Answer<Reply> get_openapi(const Asked& /*asked*/, const HttpRequest& /*request*/) {
  return Reply{.body = std::string(openapi()), .cache = kDocument};
}

Answer<Reply> get_health(const Asked& asked, const HttpRequest& /*request*/) {
  return asked.data.zones()
      .transform([](const Zones& zones) {
        return Reply{.body = to_text({{"status", "ok"}, {"series", zones->size()}})};
      })
      .transform_error([](const Error& error) {
        Failure failure = failure_of(error);
        failure.status = kUnavailable;
        return failure;
      });
}

struct Entry {
  CarbonRoute route;
  Handler handle;
};

constexpr Entry kEntries[] = {
    {{"GET", "/api/v1/carbon/zones", "which series there are"}, get_zones},
    {{"GET", "/api/v1/carbon/zones/:zone/intensity", "what is known of a zone"}, get_intensity},
    {{"GET", "/api/v1/carbon/zones/:zone/forecast", "what is expected of a zone"}, get_forecast},
    {{"GET", "/emissions/bylocation", "Carbon Aware SDK"}, get_emissions_of_one},
    {{"GET", "/emissions/bylocations", "Carbon Aware SDK"}, get_emissions},
    {{"GET", "/emissions/bylocations/best", "Carbon Aware SDK"}, get_best_emissions},
    {{"GET", "/emissions/forecasts/current", "Carbon Aware SDK"}, get_current_forecasts},
    {{"POST", "/emissions/forecasts/batch", "Carbon Aware SDK"}, post_forecasts},
    {{"GET", "/emissions/average-carbon-intensity", "Carbon Aware SDK"}, get_average},
    {{"POST", "/emissions/average-carbon-intensity/batch", "Carbon Aware SDK"}, post_averages},
    {{"GET", "/locations", "Carbon Aware SDK"}, get_locations},
    {{"POST", "/", "KubeFlex's metadata service"}, post_kubeflex},
    {{"GET", "/openapi.json", "this API"}, get_openapi},
    {{"GET", "/healthz", "whether the data can be read", true}, get_health},
};

constexpr auto kRoutes = [] {
  std::array<CarbonRoute, std::size(kEntries)> routes;
  std::ranges::transform(kEntries, routes.begin(), &Entry::route);
  return routes;
}();

const Entry* find(const CarbonRoute& route) {
  return std::ranges::find_if(kEntries, [&](const Entry& entry) {
    return entry.route.method == route.method && entry.route.path == route.path;
  });
}

Answer<void> check_size(const HttpRequest& request) {
  if (request.query.size() > kMaxParameters) {
    return bad_parameter("query", std::format("has {} parameters; at most {} are read",
                                              request.query.size(), kMaxParameters));
  }
  return {};
}

HttpResponse respond(const HttpRequest& request, Reply reply) {
  HttpResponse response{.status = reply.status,
                        .content_type = "application/json",
                        .body = std::move(reply.body),
                        .headers = std::move(reply.headers)};
  response.headers["Cache-Control"] =
      request.method == "POST" ? "no-store" : std::string(reply.cache);
  if (reply.synthetic) {
    response.headers["Drover-Synthetic"] = "true";
  }
  return request.method != "POST" && reply.status == kOk ? conditional(request, std::move(response))
                                                         : response;
}

}  // namespace

std::span<const CarbonRoute> carbon_routes() { return kRoutes; }

HttpResponse answer(const CarbonApi& api, const CarbonRoute& route, const HttpRequest& request) {
  const Asked asked{.data = api.data, .now = api.clock.now(), .otherwise = api.otherwise};
  auto reply = check_size(request).and_then([&] { return find(route)->handle(asked, request); });
  return reply ? respond(request, *std::move(reply)) : problem(reply.error());
}

void add_carbon_routes(os::HttpServer& server, const CarbonApi& api, const Guard& guard) {
  for (const auto& route : carbon_routes()) {
    server.on(std::string(route.method), std::string(route.path),
              guard(route, [api, &route](const HttpRequest& request) -> Result<HttpResponse> {
                return answer(api, route, request);
              }));
  }
}

HttpResponse problem(const Failure& failure) {
  return {.status = failure.status,
          .content_type = "application/problem+json",
          .body = to_text(to_json(failure)),
          .headers = {{"Cache-Control", "no-store"}}};
}

HttpResponse server_problem(const Error& error, int status) {
  return problem({.status = status, .detail = error.what, .errors = {}});
}

}  // namespace drover::api
