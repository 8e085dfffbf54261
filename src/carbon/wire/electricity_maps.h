// Electricity Maps v3: carbon-intensity/latest, history, past, past-range and forecast, and zones.
// Consumption based, average.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "carbon/wire/answer.h"

namespace drover::carbon::wire {

inline constexpr std::string_view kElectricityMaps = "electricitymaps";

// One zone per document. The scope is the document's emissionFactorType, or else
// WireOptions::scope; one of both must be there. A forecast was issued at its updatedAt, or else at
// WireOptions::issued; without either it is counted as undated. The service's own error is
// kNotFound for a zone without data, else kInvalid.
Result<Answer> parse_electricity_maps(std::string_view json, const WireOptions& options);

struct ElectricityMapsZone {
  std::string id;
  std::string name;                 // "Netherlands"; empty when it is not said
  std::vector<std::string> access;  // e.g. "carbon-intensity/history", "*"; empty: not said
};

// Sorted by id.
Result<std::vector<ElectricityMapsZone>> parse_electricity_maps_zones(std::string_view json,
                                                                      const std::string& document);

}  // namespace drover::carbon::wire
