// The table of forecasters: the command line, the configuration check and the documents read this
// one.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "carbon/forecaster.h"

namespace drover::carbon {

struct ForecasterEntry {
  std::string_view name;
  std::string_view summary;
  std::unique_ptr<Forecaster> (*make)();
};

std::span<const ForecasterEntry> forecasters();

// The name of the one to use when nobody says which.
std::string_view default_forecaster();

// kNotFound with the nearest name.
Result<std::unique_ptr<Forecaster>> make_forecaster(std::string_view name);

// Cuts `known` at `issued` and predicts: what lies at or after `issued` cannot reach the model.
Result<Forecast> issue_forecast(const Forecaster& model, const Series& known, Instant issued,
                                std::size_t leads);

// The future itself, for evaluation only: Forecast::model is "perfect". No Forecaster, as it sees
// past `issued`. kNotFound naming the first unknown hour when `actual` has a gap in [issued, issued
// + leads).
Result<Forecast> perfect_forecast(const Series& actual, Instant issued, std::size_t leads);

}  // namespace drover::carbon
