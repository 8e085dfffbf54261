// Which database carbon data are in, from what the user wrote.
#pragma once

#include <memory>
#include <string>

#include "carbon/store.h"

namespace drover::cli {

// postgresql://… and postgres://… are a PostgreSQL database, all else the path of an SQLite file.
// Made if absent.
Result<std::unique_ptr<carbon::Store>> open_carbon_store(const std::string& where);

// For reading: kNotFound, with how to make one, when there is none; nothing is made by looking.
Result<std::unique_ptr<carbon::Store>> open_existing_carbon_store(const std::string& where);

}  // namespace drover::cli
