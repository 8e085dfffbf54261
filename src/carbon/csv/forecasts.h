// Forecasts that somebody else made, as CSV files of one zone: one row per issue
// (`issue_date_utc,h0..hN`), or blocks of 96 hourly rows (`Datetime (UTC),Carbon Intensity
// Forecast`). Formats: docs/formats/carbon-csv.md.
#pragma once

#include <string>
#include <vector>

#include "carbon/csv/import.h"
#include "carbon/forecast.h"

namespace drover::carbon {

// Sorted by issue time, one per issue. Hourly values; a blank one is a gap, an issue without any
// value is left out, a negative one becomes 0. The zone is CsvOptions::zone, else the file's name
// ("DE.csv"); the scope CsvOptions::scope, else a word of the file's name. kInvalid without either.
// parse_carbon_csv() gives the same with counts.
Result<std::vector<ProviderForecast>> read_foreign_forecasts(const std::string& path,
                                                             const CsvOptions& options);

}  // namespace drover::carbon
