// What `drover carbon import` reads, and what it says of it.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/result.h"
#include "carbon/files/files.h"
#include "cli/carbon_verbs.h"

namespace drover::cli {

struct ImportedFile {
  std::string name;
  carbon::FileContent content;
};

// All files with the options of the command line, or the first error.
Result<std::vector<ImportedFile>> read_import_files(const CarbonSettings& settings);

// "a.csv: wide, 2 series; 3 values estimated, 1 line left out" and the lines that were.
std::string describe(const ImportedFile& file);

nlohmann::ordered_json to_json(const ImportedFile& file);

}  // namespace drover::cli
