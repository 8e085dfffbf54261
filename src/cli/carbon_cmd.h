// `drover carbon fetch|import|list|show|forecast|backtest|serve`: carbon data in and out of a store,
// synthetic grid.
#pragma once

#include "cli/command.h"

namespace drover::cli {

void add_carbon(CLI::App& app, Action& action);

}  // namespace drover::cli
