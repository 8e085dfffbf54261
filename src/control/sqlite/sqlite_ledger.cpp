#include "control/sqlite/sqlite_ledger.h"
namespace drover::control::sqlite {
Result<std::unique_ptr<Ledger>> open_ledger(const std::string&) { return internal("todo"); }
}
