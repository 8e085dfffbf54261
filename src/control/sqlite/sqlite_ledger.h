// The ledger in SQLite. Schema and worked example: docs/formats/ledger.md.
#pragma once

#include <memory>
#include <string>

#include "control/ledger.h"

namespace drover::control::sqlite {

// Opens or makes the ledger's tables in the database file; other tables in it are left alone. A
// schema newer than this program is kConflict.
Result<std::unique_ptr<Ledger>> open_ledger(const std::string& path);

}  // namespace drover::control::sqlite
