// Carbon data in one SQLite file. Schema and units: docs/formats/carbon-db.md.
#pragma once

#include <memory>
#include <string>

#include "carbon/store.h"

namespace drover::carbon {

// Opens or creates the file. Intensities are kept to 1 mg/kWh, so all that has three decimals in
// g/kWh comes back exactly.
Result<std::unique_ptr<Store>> open_sqlite_store(const std::string& path);

}  // namespace drover::carbon
