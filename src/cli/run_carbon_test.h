// `drover carbon ARGUMENTS` inside a test.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "cli/carbon_cmd.h"

namespace drover::cli::testing {

// What it returns and prints.
struct Outcome {
  Result<int> result;
  std::string out;
};

inline Outcome run_carbon(std::vector<std::string> arguments) {
  CLI::App app;
  Action action;
  add_carbon(app, action);
  std::ranges::reverse(arguments);
  Outcome outcome;
  ::testing::internal::CaptureStdout();
  try {
    app.parse(arguments);
    outcome.result = action();
  } catch (const CLI::ParseError& error) {
    outcome.result = invalid(error.what());
  }
  outcome.out = ::testing::internal::GetCapturedStdout();
  return outcome;
}

}  // namespace drover::cli::testing
