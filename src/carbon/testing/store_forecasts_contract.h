// Part of store_contract.h: what a store keeps of provider forecasts.
#pragma once

#include <initializer_list>
#include <string_view>
#include <vector>

#include "carbon/testing/store_fixture.h"

namespace drover::carbon::testing {

// Issued at the time at which it begins.
inline ProviderForecast forecast(std::string_view zone, std::string_view issued,
                                 std::initializer_list<double> values) {
  return {.issued = at(issued), .values = hourly(zone, issued, values)};
}

inline SeriesQuery window(std::string_view zone, std::string_view from, std::string_view to) {
  return {.zone = ZoneId{std::string(zone)}, .from = at(from), .to = at(to)};
}

inline void expect_equal(const Result<std::vector<ProviderForecast>>& read,
                         const std::vector<ProviderForecast>& expected) {
  ASSERT_TRUE(read) << read.error().what;
  ASSERT_EQ(read->size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ((*read)[i].issued, expected[i].issued);
    expect_equal((*read)[i].values, expected[i].values);
  }
}

inline constexpr const char* kNoon = "2022-03-01T12:00:00Z";
inline constexpr const char* kNextDay = "2022-03-02T00:00:00Z";

TEST_P(StoreContract, AForecastIsReadAsItWasWritten) {
  ProviderForecast one = forecast("DE", kMidnight, {kGap, 2.125, 0, kGap, kGap});
  one.values.estimated = {false, true, false, false, false};
  one.values.basis = Basis::kConsumption;
  ProviderForecast fine = forecast("DE", kNoon, {7});
  fine.values.step = std::chrono::minutes{5};
  fine.values.start -= std::chrono::minutes{4};
  fine.values.basis = Basis::kConsumption;
  ProviderForecast blank = forecast("DE", kNextDay, {kGap});
  blank.values.basis = Basis::kConsumption;
  EXPECT_EQ(store_->write_forecasts({fine, blank, one}), 3);
  expect_equal(store_->read_forecasts(window("DE", kMidnight, kNextDay)), {one, fine, blank});
}

TEST_P(StoreContract, TheSameForecastTwiceChangesNothingAndAnotherReplacesIt) {
  const auto first = forecast("DE", kMidnight, {1, 2});
  const auto other = forecast("DE", kMidnight, {1, 3, 4});
  EXPECT_EQ(store_->write_forecasts({first}), 1);
  EXPECT_EQ(store_->write_forecasts({first, first}), 0);
  expect_equal(store_->read_forecasts(window("DE", kMidnight, kMidnight)), {first});
  EXPECT_EQ(store_->write_forecasts({other}), 1);
  EXPECT_EQ(store_->write_forecasts({other}), 0);
  expect_equal(store_->read_forecasts(window("DE", kMidnight, kMidnight)), {other});
  EXPECT_EQ(store_->zones()->front().forecasts, 1);
}

TEST_P(StoreContract, ForecastsAreReadByTheirIssue) {
  const auto night = forecast("DE", kMidnight, {1});
  const auto noon = forecast("DE", kNoon, {2});
  const auto next = forecast("DE", kNextDay, {3});
  ASSERT_TRUE(store_->write_forecasts({next, night, noon}));
  ASSERT_TRUE(store_->write_forecasts({forecast("FR", kMidnight, {9})}));
  expect_equal(store_->read_forecasts(window("DE", kMidnight, kNextDay)), {night, noon, next});
  expect_equal(store_->read_forecasts(window("DE", kMidnight, "2022-03-01T23:59:00Z")),
               {night, noon});
  expect_equal(store_->read_forecasts(window("DE", "2022-03-01T00:00:01Z", kNoon)), {noon});
  SeriesQuery query = window("DE", kMidnight, kNextDay);
  query.known_at = at("2022-03-01T13:00:00Z");
  expect_equal(store_->read_forecasts(query), {night, noon});
}

TEST_P(StoreContract, AZoneWithoutForecastsHasNoneAndAnUnknownOneIsNotFound) {
  ASSERT_TRUE(store_->write({hourly("DE", kMidnight, {1})}, kNow));
  expect_equal(store_->read_forecasts(window("DE", kMidnight, kNextDay)), {});
  EXPECT_EQ(store_->read_forecasts(window("FR", kMidnight, kNextDay)).error().code,
            Code::kNotFound);
}

TEST_P(StoreContract, ForecastsOfOthersDoNotMakeAZoneAmbiguous) {
  const Series values = hourly("DE", kMidnight, {1, 2});
  auto foreign = forecast("DE", kNoon, {3});
  foreign.values.source = "foreign";
  ASSERT_TRUE(store_->write({values}, kNow));
  ASSERT_TRUE(store_->write_forecasts({foreign}));
  SeriesQuery query = whole(values);
  query.basis.reset();
  query.source.clear();
  expect_equal(store_->read(query), values);
  expect_equal(store_->read_forecasts(window("DE", kMidnight, kNextDay)), {foreign});
  auto another = foreign;
  another.values.source = "another";
  ASSERT_TRUE(store_->write_forecasts({another}));
  EXPECT_EQ(store_->read_forecasts(window("DE", kMidnight, kNextDay)).error().code,
            Code::kConflict);
}

TEST_P(StoreContract, ASeriesOfForecastsAloneHasNoHoursAndTakesAnyStepLater) {
  ASSERT_TRUE(store_->write_forecasts({forecast("DE", "2022-03-01T00:30:00Z", {1, 2})}));
  const auto zones = *store_->zones();
  ASSERT_EQ(zones.size(), 1);
  EXPECT_EQ(zones[0].first, zones[0].last_end);
  EXPECT_EQ(zones[0].points + zones[0].gaps, 0);
  EXPECT_EQ(zones[0].forecasts, 1);
  Series fine = hourly("DE", kMidnight, {1, 2});
  fine.step = std::chrono::minutes{5};
  ASSERT_TRUE(store_->write({fine}, kNow));
  expect_equal(store_->read(whole(fine)), fine);
  EXPECT_EQ(store_->zones()->front().forecasts, 1);
}

TEST_P(StoreContract, ForecastsAreWrittenAllOrNothing) {
  auto late = forecast("DE", kNoon, {1});
  late.issued += std::chrono::hours{1};
  const auto refused = store_->write_forecasts({forecast("DE", kMidnight, {1}), late});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kInvalid);
  EXPECT_EQ(store_->zones()->size(), 0);
}

}  // namespace drover::carbon::testing
