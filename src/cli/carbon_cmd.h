// `drover carbon fetch|import|list|show|forecast|backtest|serve`: carbon data in and out of a
// store, from the synthetic grid, and the service that tells of it.
#pragma once

#include "cli/command.h"

namespace drover::cli {

void add_carbon(CLI::App& app, Action& action);

}  // namespace drover::cli
