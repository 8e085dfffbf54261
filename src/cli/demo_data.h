// Where the demo's carbon data comes from: CSV files that are given or found, else the synthetic
// grid.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "carbon/store.h"
#include "energy/emissions.h"
#include "os/file.h"

namespace drover::cli {

struct DataWish {
  std::vector<os::Path> csv;       // files to import; empty: those of `folder`
  std::optional<os::Path> folder;  // with direct_*.csv; absent: the synthetic grid
  std::vector<ZoneId> zones;       // empty: three that make a good demonstration
  std::uint64_t seed = 1;          // of the synthetic grid
};

struct DemoData {
  bool real = false;
  std::string source;           // "Electricity Maps", "synthetic", a file's name
  std::vector<ZoneId> zones;    // in the wished order
  energy::SeriesByZone series;  // all that is known of those zones: direct, average
};

// The folder with the shared data set, beside the current folder or beside the checkout the program
// was built in.
std::optional<os::Path> find_data_folder();

// Reads what is wished for, writes the zones' data into the store, and returns it as the store has
// it. kNotFound names a zone that the data does not have, with the nearest one.
Result<DemoData> load_demo_data(const DataWish& wish, carbon::Store& store);

// Three zones for data without the usual ones: those that are the cleanest of all in the most
// hours. Ties: the first ids.
std::vector<ZoneId> choose_zones(const std::vector<carbon::Series>& series);

}  // namespace drover::cli
