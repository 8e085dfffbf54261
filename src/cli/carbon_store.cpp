#include "cli/carbon_store.h"

#include <format>

#include "carbon/postgres/postgres_store.h"
#include "carbon/sqlite/sqlite_store.h"
#include "os/file.h"

namespace drover::cli {

Result<std::unique_ptr<carbon::Store>> open_carbon_store(const std::string& where) {
  return carbon::is_postgres_uri(where) ? carbon::open_postgres_store(where)
                                        : carbon::open_sqlite_store(where);
}

Result<std::unique_ptr<carbon::Store>> open_existing_carbon_store(const std::string& where) {
  if (carbon::is_postgres_uri(where)) {
    return carbon::open_postgres_store(where, {.make = false});
  }
  if (!os::exists(where)) {
    return not_found(std::format(
        "there is no carbon store {}; make one with: drover carbon import FILE --store {}", where,
        where));
  }
  return carbon::open_sqlite_store(where);
}

}  // namespace drover::cli
