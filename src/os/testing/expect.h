// Results in tests: the error's text in the failure message.
#pragma once

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/result.h"

namespace drover::os::testing {

template <class T>
std::string error_text(const Result<T>& result) {
  return result ? "ok" : std::string(to_string(result.error().code)) + ": " + result.error().what;
}

// Named as GoogleMock names its matchers.
// NOLINTBEGIN(readability-identifier-naming)
MATCHER(IsOk, "is not an error") {
  if (!arg) *result_listener << error_text(arg);
  return arg.has_value();
}

MATCHER_P2(FailsWith, code, text, "is an error with that code and text") {
  *result_listener << error_text(arg);
  return !arg && arg.error().code == code && arg.error().what.contains(text);
}
// NOLINTEND(readability-identifier-naming)

}  // namespace drover::os::testing
