// `drover carbon import|list|show|forecast|serve`: carbon data in and out of a store, and the
// synthetic grid.
#pragma once

#include "cli/command.h"

namespace drover::cli {

void add_carbon(CLI::App& app, Action& action);

}  // namespace drover::cli
