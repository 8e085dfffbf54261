// What `drover carbon … --json` prints. Fields end with their unit; an unknown hour is null.
#pragma once

#include <vector>

#include <nlohmann/json.hpp>

#include "carbon/forecast.h"
#include "carbon/store.h"

namespace drover::cli {

nlohmann::ordered_json to_json(const carbon::Series& series);
nlohmann::ordered_json to_json(const carbon::Forecast& forecast, const carbon::Series& history);
nlohmann::ordered_json to_json(const std::vector<carbon::ZoneSummary>& zones);
nlohmann::ordered_json to_json(const carbon::ImportReport& report);

}  // namespace drover::cli
