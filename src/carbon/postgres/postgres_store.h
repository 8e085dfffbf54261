// Carbon data in a PostgreSQL database, in the schema drover_carbon:
// docs/formats/carbon-postgres.md.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "carbon/store.h"

namespace drover::carbon {

struct PostgresOptions {
  bool make = true;  // the schema, when it is absent; otherwise that is kNotFound
  Duration connect_timeout = std::chrono::seconds{10};    // unless the connection says another
  Duration statement_timeout = std::chrono::seconds{60};  // then kTimeout, and nothing is written
  Duration lock_timeout = std::chrono::seconds{30};       // for another writer to end
};

// Whether a text is meant as a PostgreSQL URI: it begins with postgresql:// or postgres://.
bool is_postgres_uri(std::string_view text);

// `connection` is a URI or key=value pairs as libpq takes them, without a password (kInvalid): that
// comes from PGPASSFILE, PGPASSWORD or a service file. No error prints one.
//
// Writers take turns. What cannot be reached is kUnavailable; a lost connection fails the call that
// it is lost in, and the next call connects again. A schema of a newer drover is kConflict.
Result<std::unique_ptr<Store>> open_postgres_store(const std::string& connection,
                                                   const PostgresOptions& options = {});

}  // namespace drover::carbon
