// The API's answers as JSON. Own routes: fields end with their unit and an unknown value is null.
// The routes of others keep their shape to the letter.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "api/forecast.h"
#include "api/intensity.h"
#include "api/kubeflex.h"
#include "api/sdk.h"
#include "api/sdk_forecast.h"
#include "api/zones.h"

namespace drover::api {

using Json = nlohmann::ordered_json;

// Text of outside data may be any bytes; what is no UTF-8 is replaced.
std::string to_text(const Json& json);

Json to_json(const ZonePage& page);
Json to_json(const KnownIntensity& known);
Json to_json(const ZoneForecast& forecast);
Json to_json(const std::vector<Emission>& emissions);
Json to_json(const SdkForecast& forecast);
Json to_json(const Average& average);
Json locations_json(const std::vector<ZoneId>& zones);
Json to_json(const KubeflexForecasts& forecasts);
// RFC 9457, with `errors` as ASP.NET writes it.
Json to_json(const Failure& failure);

bool is_synthetic(const ZonePage& page);
bool is_synthetic(const KnownIntensity& known);
bool is_synthetic(const KubeflexForecasts& forecasts);

}  // namespace drover::api
