// What the tests of a carbon::Store share.
#pragma once

#include <format>
#include <functional>
#include <memory>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "carbon/store.h"
#include "carbon/testing/generators.h"
#include "carbon/testing/times.h"

namespace drover::carbon::testing {

// Makes an empty store.
using StoreMaker = std::function<std::unique_ptr<Store>()>;

class StoreContract : public ::testing::TestWithParam<StoreMaker> {
 protected:
  // Of a zone of its own, so that one store serves a whole property.
  Series any_new_series() {
    Series series = *any_series();
    series.zone = ZoneId{std::format("Z-{}", ++zones_)};
    return series;
  }

  std::unique_ptr<Store> store_ = GetParam()();

 private:
  int zones_ = 0;
};

inline SeriesQuery whole(const Series& series) {
  return {.zone = series.zone,
          .kind = series.kind,
          .scope = series.scope,
          .basis = series.basis,
          .source = series.source,
          .from = series.start,
          .to = series.end()};
}

inline void expect_equal(const Result<Series>& read, const Series& written) {
  ASSERT_TRUE(read) << read.error().what;
  EXPECT_EQ(read->zone, written.zone);
  EXPECT_EQ(read->start, written.start);
  EXPECT_EQ(read->step, written.step);
  EXPECT_EQ(read->kind, written.kind);
  EXPECT_EQ(read->scope, written.scope);
  EXPECT_EQ(read->basis, written.basis);
  EXPECT_EQ(read->source, written.source);
  EXPECT_EQ(read->estimated, written.estimated);
  EXPECT_EQ(read->values, written.values);
}

inline constexpr const char* kMidnight = "2022-03-01T00:00:00Z";
inline const Instant kNow = at("2022-04-01T00:00:00Z");  // after all that is written

}  // namespace drover::carbon::testing
