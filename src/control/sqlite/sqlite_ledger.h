// The ledger in SQLite. Schema and worked example: docs/formats/ledger.md.
#pragma once

#include <memory>

#include "control/ledger.h"
#include "os/file.h"

namespace drover::control {

// Makes the file when absent. It is the ledger's alone: no other tables share it. A reader beside
// the control thread opens its own. kConflict when it was written by a newer drover.
Result<std::unique_ptr<Ledger>> open_sqlite_ledger(const os::Path& file);

}  // namespace drover::control
