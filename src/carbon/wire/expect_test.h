// What the tests of the provider documents share.
#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "carbon/testing/times.h"
#include "carbon/wire/answer.h"

namespace drover::carbon::wire {

inline void expect_error(const Result<Answer>& answer, Code code,
                         std::initializer_list<std::string_view> parts) {
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, code) << answer.error().what;
  for (const auto part : parts) {
    EXPECT_NE(answer.error().what.find(part), std::string::npos)
        << part << "\nnot in: " << answer.error().what;
  }
}

inline std::vector<std::optional<Intensity>> grams(std::initializer_list<double> values) {
  return testing::hourly("X", "2021-01-01", values).values;
}

}  // namespace drover::carbon::wire
