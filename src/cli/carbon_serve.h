// `drover carbon serve`: the carbon metadata service, until a signal ends it.
#pragma once

#include "cli/command.h"

namespace drover::cli {

void add_carbon_serve(CLI::App& app, Action& action);

}  // namespace drover::cli
