// What every carbon::Store keeps. An adapter's test includes this once and instantiates it:
//
//   INSTANTIATE_TEST_SUITE_P(Sqlite, StoreContract, ::testing::Values(StoreMaker{make_sqlite}));
#pragma once

#include <algorithm>
#include <limits>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "carbon/testing/store_fixture.h"
#include "carbon/testing/store_forecasts_contract.h"
#include "carbon/testing/store_versions_contract.h"

namespace drover::carbon::testing {

TEST_P(StoreContract, WhatIsWrittenIsRead) {
  const Series series = hourly("DE", kMidnight, {273.02, kGap, 0, 1999.999, 0.1});
  const auto report = store_->write({series}, kNow);
  ASSERT_TRUE(report) << report.error().what;
  EXPECT_EQ(report->inserted, 4);
  EXPECT_EQ(report->gaps, 1);
  expect_equal(store_->read(whole(series)), series);
}

TEST_P(StoreContract, ReadingBeyondTheDataGivesGaps) {
  ASSERT_TRUE(store_->write({hourly("DE", kMidnight, {1, 2})}, kNow));
  const auto read = store_->read(
      {.zone = ZoneId{"DE"}, .from = at("2022-02-28T23:00:00Z"), .to = at("2022-03-01T03:00:00Z")});
  expect_equal(read, hourly("DE", "2022-02-28T23:00:00Z", {kGap, 1, 2, kGap}));
}

TEST_P(StoreContract, AnUnknownZoneKindOrScopeIsNotFound) {
  ASSERT_TRUE(store_->write({hourly("US-NE-ISNE", kMidnight, {1, 2})}, kNow));
  SeriesQuery query = whole(hourly("US-NE-ISN", kMidnight, {1, 2}));
  EXPECT_EQ(store_->read(query).error().code, Code::kNotFound);
  EXPECT_NE(store_->read(query).error().what.find("'US-NE-ISNE'"), std::string::npos);
  query.zone = ZoneId{"US-NE-ISNE"};
  EXPECT_TRUE(store_->read(query));
  query.scope = Scope::kLifecycle;
  EXPECT_EQ(store_->read(query).error().code, Code::kNotFound);
  query.scope = Scope::kDirect;
  query.kind = Kind::kMarginal;
  EXPECT_EQ(store_->read(query).error().code, Code::kNotFound);
}

TEST_P(StoreContract, TimesOffTheStepsAreInvalid) {
  const Series series = hourly("DE", kMidnight, {1, 2});
  ASSERT_TRUE(store_->write({series}, kNow));
  SeriesQuery query = whole(series);
  query.from += std::chrono::minutes{1};
  EXPECT_EQ(store_->read(query).error().code, Code::kInvalid);
}

TEST_P(StoreContract, TheSameDataTwiceChangeNothing) {
  const Series series = hourly("DE", kMidnight, {1, kGap, 3});
  ASSERT_TRUE(store_->write({series}, kNow));
  const auto again = store_->write({series}, kNow);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->inserted, 0);
  EXPECT_EQ(again->revised, 0);
  EXPECT_EQ(again->unchanged, 2);
  expect_equal(store_->read(whole(series)), series);
}

TEST_P(StoreContract, ARevisedValueReplacesAndAGapNeverDoes) {
  ASSERT_TRUE(store_->write({hourly("DE", kMidnight, {1, 2, kGap})}, kNow));
  const auto report = store_->write({hourly("DE", kMidnight, {1.5, kGap, 3})}, kNow);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->revised, 1);
  EXPECT_EQ(report->inserted, 1);
  EXPECT_EQ(report->gaps, 1);
  const Series merged = hourly("DE", kMidnight, {1.5, 2, 3});
  expect_equal(store_->read(whole(merged)), merged);
}

TEST_P(StoreContract, FilesOfSeveralYearsMakeOneSeries) {
  ASSERT_TRUE(store_->write(
      {hourly("DE", "2022-03-01T05:00:00Z", {6}), hourly("DE", kMidnight, {1, 2})}, kNow));
  const Series merged = hourly("DE", kMidnight, {1, 2, kGap, kGap, kGap, 6});
  expect_equal(store_->read(whole(merged)), merged);
}

TEST_P(StoreContract, AllOrNothing) {
  ASSERT_TRUE(store_->write({hourly("DE", kMidnight, {1, 2})}, kNow));
  Series other_step = hourly("DE", kMidnight, {9, 9});
  other_step.step = std::chrono::minutes{30};
  const auto refused = store_->write(
      {hourly("FR", kMidnight, {1}), hourly("DE", kMidnight, {7, 8, 9}), other_step}, kNow);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kConflict);
  EXPECT_EQ(store_->zones()->size(), 1);
  EXPECT_EQ(store_->zones()->front().points, 2);
  expect_equal(store_->read(whole(hourly("DE", kMidnight, {1, 2}))),
               hourly("DE", kMidnight, {1, 2}));
}

TEST_P(StoreContract, StepsAndPhasesAreNotSpliced) {
  ASSERT_TRUE(store_->write({hourly("DE", kMidnight, {1, 2})}, kNow));
  EXPECT_EQ(store_->write({hourly("DE", "2022-03-01T00:30:00Z", {1})}, kNow).error().code,
            Code::kConflict);
}

TEST_P(StoreContract, SourcesAndBasesAreSeriesOfTheirOwn) {
  const Series one = hourly("DE", kMidnight, {1, 2});
  Series other = hourly("DE", kMidnight, {3, 4});
  other.source = "someone else";
  Series consumed = hourly("DE", kMidnight, {5, 6});
  consumed.basis = Basis::kConsumption;
  ASSERT_TRUE(store_->write({one, other, consumed}, kNow));
  expect_equal(store_->read(whole(one)), one);
  expect_equal(store_->read(whole(other)), other);
  expect_equal(store_->read(whole(consumed)), consumed);
  const auto any = store_->read({.zone = ZoneId{"DE"}, .from = one.start, .to = one.end()});
  ASSERT_FALSE(any);
  EXPECT_EQ(any.error().code, Code::kConflict);
  for (const auto* part : {"'test' (unstated)", "'test' (consumption)", "'someone else'"}) {
    EXPECT_NE(any.error().what.find(part), std::string::npos) << any.error().what;
  }
  expect_equal(
      store_->read(
          {.zone = ZoneId{"DE"}, .source = "someone else", .from = one.start, .to = one.end()}),
      other);
}

TEST_P(StoreContract, WhatCannotBeRightIsInvalid) {
  EXPECT_EQ(store_->write({hourly("DE", kMidnight, {})}, kNow).error().code, Code::kInvalid);
  EXPECT_EQ(store_->write({hourly("", kMidnight, {1})}, kNow).error().code, Code::kInvalid);
  EXPECT_EQ(store_->write({hourly("DE", kMidnight, {1, -2})}, kNow).error().code, Code::kInvalid);
  EXPECT_EQ(
      store_->write({hourly("DE", kMidnight, {std::numeric_limits<double>::quiet_NaN()})}, kNow)
          .error()
          .code,
      Code::kInvalid);
  Series odd = hourly("DE", kMidnight, {1});
  for (const auto* name : {"a\nb", "\xff", "\xc3", "\xed\xa0\x80", "\xc0\xaf", "\x7f"}) {
    odd.source = name;
    EXPECT_EQ(store_->write({odd}, kNow).error().code, Code::kInvalid) << name;
  }
  odd = hourly("DE", kMidnight, {1});
  odd.step = Duration::max();
  EXPECT_EQ(store_->write({odd}, kNow).error().code, Code::kInvalid);
  odd.step = std::chrono::hours{1};
  odd.start = Instant::max();
  EXPECT_EQ(store_->write({odd}, kNow).error().code, Code::kInvalid);
  EXPECT_EQ(store_->zones()->size(), 0);
}

TEST_P(StoreContract, NamesMayBeOfAnyScript) {
  Series series = hourly("Zürich 東京 \U0001F33F", kMidnight, {1});
  series.source = "it's \"quoted\", \\ and {more}";
  ASSERT_TRUE(store_->write({series}, kNow));
  expect_equal(store_->read(whole(series)), series);
}

TEST_P(StoreContract, ZonesAreListedWithWhatIsKnown) {
  Series lifecycle = hourly("DE", kMidnight, {kGap, 2, kGap});
  lifecycle.scope = Scope::kLifecycle;
  ASSERT_TRUE(store_->write(
      {hourly("FR", kMidnight, {1}), lifecycle, hourly("DE", kMidnight, {1, 2})}, kNow));
  const auto zones = store_->zones();
  ASSERT_TRUE(zones) << zones.error().what;
  ASSERT_EQ(zones->size(), 3);
  EXPECT_EQ((*zones)[0].zone, ZoneId{"DE"});
  EXPECT_EQ((*zones)[0].scope, Scope::kDirect);
  EXPECT_EQ((*zones)[1].scope, Scope::kLifecycle);
  EXPECT_EQ((*zones)[1].first, at(kMidnight));
  EXPECT_EQ((*zones)[1].last_end, at("2022-03-01T03:00:00Z"));
  EXPECT_EQ((*zones)[1].step, std::chrono::hours{1});
  EXPECT_EQ((*zones)[1].points, 1);
  EXPECT_EQ((*zones)[1].gaps, 2);
  EXPECT_EQ((*zones)[2].zone, ZoneId{"FR"});
  EXPECT_EQ((*zones)[2].source, "test");
}

TEST_P(StoreContract, AnEmptyStoreSaysHowToFillIt) {
  EXPECT_EQ(store_->zones()->size(), 0);
  const auto none = store_->read(whole(hourly("DE", kMidnight, {1})));
  EXPECT_NE(none.error().what.find("drover carbon import"), std::string::npos);
}

TEST_P(StoreContract, AGapStaysAGap) {
  const bool kept = rc::check("what is read is what was written, gaps and all", [this] {
    const Series series = any_new_series();
    RC_ASSERT(store_->write({series}, kNow).has_value());
    const auto read = store_->read(whole(series));
    RC_ASSERT(read.has_value());
    RC_ASSERT(read->values == series.values);
  });
  EXPECT_TRUE(kept);
}

TEST_P(StoreContract, WritingInPiecesIsWritingAtOnce) {
  const bool same = rc::check("two pieces in any order make the whole", [this] {
    const Series series = any_new_series();
    const auto cut = *rc::gen::inRange<std::size_t>(0, series.values.size() + 1);
    const Instant middle = series.start + series.step * static_cast<Duration::rep>(cut);
    std::vector<Series> pieces = {*slice(series, series.start, middle),
                                  *slice(series, middle, series.end())};
    std::erase_if(pieces, [](const Series& piece) { return piece.values.empty(); });
    if (*rc::gen::arbitrary<bool>()) {
      std::ranges::reverse(pieces);
    }
    for (const Series& piece : pieces) {
      RC_ASSERT(store_->write({piece}, kNow).has_value());
    }
    RC_ASSERT(store_->read(whole(series))->values == series.values);
  });
  EXPECT_TRUE(same);
}

}  // namespace drover::carbon::testing
