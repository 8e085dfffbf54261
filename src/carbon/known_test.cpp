#include "carbon/known.h"

#include <gtest/gtest.h>

#include "carbon/testing/memory_store.h"
#include "carbon/testing/times.h"

namespace drover::carbon {
namespace {

using testing::at;
using testing::hourly;

constexpr const char* kStart = "2022-03-01T00:00:00Z";
const Instant kAt = at("2022-03-01T04:00:00Z");

class Known : public ::testing::Test {
 protected:
  Known() { EXPECT_TRUE(store_.write({hourly("DE", kStart, {1, 2, 3, 4, 5, 6})}, at(kStart))); }

  void foreign(const std::string& source, double first) {
    Series values = hourly("DE", "2022-03-01T04:00:00Z", {first, first + 1});
    values.source = source;
    EXPECT_TRUE(store_.write_forecasts({{.issued = kAt - Duration{1}, .values = values}}));
  }

  Result<History> history(const SeriesQuery& what = {.zone = ZoneId{"DE"}}) {
    return history_before(store_, what, kAt);
  }

  testing::MemoryStore store_;
};

TEST_F(Known, EndsAtTheIssueTime) {
  const auto known = history();
  ASSERT_TRUE(known) << known.error().what;
  EXPECT_EQ(known->issued(), kAt);
  EXPECT_EQ(known->series().values.back(), Intensity::grams_per_kwh(4));
  EXPECT_TRUE(known->foreign().empty());
}

TEST_F(Known, WhatBecameKnownLaterIsNotSeenWhenAskedAsOfThen) {
  Series revised = hourly("DE", "2022-03-01T03:00:00Z", {40});
  revised.issued = kAt + std::chrono::hours{1};
  ASSERT_TRUE(store_.write({revised}, *revised.issued));
  EXPECT_EQ(history()->series().values.back(), Intensity::grams_per_kwh(40));
  EXPECT_EQ(history({.zone = ZoneId{"DE"}, .known_at = kAt})->series().values.back(),
            Intensity::grams_per_kwh(4));
}

TEST_F(Known, TheOwnSourcesForecastsComeFirst) {
  foreign("test", 10);
  foreign("other", 20);
  const auto known = history();
  ASSERT_TRUE(known) << known.error().what;
  ASSERT_EQ(known->foreign().size(), 1);
  EXPECT_EQ(known->foreign()[0].values.values[0], Intensity::grams_per_kwh(10));
}

TEST_F(Known, ElseThoseOfTheOneSourceThatForecasts) {
  foreign("other", 20);
  ASSERT_EQ(history()->foreign().size(), 1);
  foreign("third", 30);
  EXPECT_TRUE(history()->foreign().empty()) << "nothing says whom to take";
}

TEST_F(Known, FinerValuesAndForecastsBecomeMeans) {
  const auto halves = [](std::string_view start, std::initializer_list<double> values) {
    Series series = hourly("GB", start, values);
    series.step = std::chrono::minutes{30};
    return series;
  };
  ASSERT_TRUE(store_.write({halves(kStart, {1, 3, 5, 7})}, at(kStart)));
  ASSERT_TRUE(
      store_.write_forecasts({{.issued = at("2022-03-01T02:00:00Z"),
                               .values = halves("2022-03-01T02:00:00Z", {10, 20, 30, 50})}}));
  const auto known = history_before(store_, {.zone = ZoneId{"GB"}}, at("2022-03-01T02:00:00Z"),
                                    std::chrono::hours{1});
  ASSERT_TRUE(known) << known.error().what;
  EXPECT_EQ(known->series().step, std::chrono::hours{1});
  EXPECT_EQ(known->series().values.back(), Intensity::grams_per_kwh(6));
  ASSERT_EQ(known->foreign().size(), 1);
  EXPECT_EQ(known->foreign()[0].values.values[1], Intensity::grams_per_kwh(40));
}

TEST_F(Known, AnUnknownZoneIsAnError) {
  EXPECT_EQ(history({.zone = ZoneId{"FR"}}).error().code, Code::kNotFound);
}

}  // namespace
}  // namespace drover::carbon
