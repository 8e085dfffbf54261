// For options that name a file which is written when the work is done.
#pragma once

#include <CLI/CLI.hpp>

namespace drover::cli {

// A file in a directory that is there, or "-". Told before the work, not after it.
CLI::Validator report_file();

}  // namespace drover::cli
