// Which database is meant, from what a person wrote.
#pragma once

#include <string>

#include "base/result.h"
#include "carbon/postgres/postgres_store.h"

namespace drover::carbon {

struct Target {
  std::string connection;  // key='value' pairs for libpq
  std::string name;        // for errors: "PostgreSQL database 'grid' at db.example"
};

// kInvalid for what libpq cannot read, and for a password in it. Neither error repeats the text.
Result<Target> parse_target(const std::string& connection, const PostgresOptions& options);

}  // namespace drover::carbon
