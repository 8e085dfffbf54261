// What is posted to the API. Errors name the item and its member: "[3].startTime".
#pragma once

#include <string>
#include <vector>

#include "api/sdk.h"
#include "api/sdk_forecast.h"

namespace drover::api {

// Lists of 1 to kMaxBatch items; members' names in any letter case, unknown ones are passed over,
// as the Carbon Aware SDK does.
Answer<std::vector<AverageQuery>> parse_average_batch(const std::string& body);
Answer<std::vector<SdkForecastQuery>> parse_forecast_batch(const std::string& body);

// {"duration": hours}
Answer<double> parse_kubeflex(const std::string& body);

}  // namespace drover::api
