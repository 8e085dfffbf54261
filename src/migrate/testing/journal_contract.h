// What every Journal must do. A suite per adapter:
//
//   INSTANTIATE_TEST_SUITE_P(Sqlite, JournalContract, testing::Values(JournalFactory{...}));
#pragma once

#include <functional>
#include <memory>

#include <gtest/gtest.h>

#include "migrate/journal.h"

namespace drover::migrate::testing {

using JournalFactory = std::function<std::unique_ptr<Journal>()>;

class JournalContract : public ::testing::TestWithParam<JournalFactory> {
 protected:
  void SetUp() override { journal_ = GetParam()(); }
  std::unique_ptr<Journal> journal_;
};

Request any_request(std::string key = "k1", std::string pod = "redis");

}  // namespace drover::migrate::testing
