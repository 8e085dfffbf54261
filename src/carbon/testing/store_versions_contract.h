// Part of store_contract.h: what a store keeps of values that change.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "carbon/testing/memory_store.h"
#include "carbon/testing/store_fixture.h"

namespace drover::carbon::testing {

inline Result<Series> known_at(Store& store, const Series& like, std::string_view time) {
  SeriesQuery query = whole(like);
  query.known_at = at(time);
  return store.read(query);
}

inline Series issued(Series series, std::string_view time) {
  series.issued = at(time);
  return series;
}

TEST_P(StoreContract, AValueIsKnownFromTheEndOfItsStep) {
  const Series series = hourly("DE", kMidnight, {1, 2});
  ASSERT_TRUE(store_->write({series}, kNow));
  expect_equal(known_at(*store_, series, "2022-03-01T00:59:59.999Z"),
               hourly("DE", kMidnight, {kGap, kGap}));
  expect_equal(known_at(*store_, series, "2022-03-01T01:00:00Z"),
               hourly("DE", kMidnight, {1, kGap}));
  expect_equal(known_at(*store_, series, "2022-03-01T02:00:00Z"), series);
}

TEST_P(StoreContract, AnIssueTimeSaysWhenValuesBecameKnown) {
  const Series series = hourly("DE", kMidnight, {1, 2});
  ASSERT_TRUE(store_->write({issued(series, "2022-03-01T06:00:00Z")}, kNow));
  expect_equal(known_at(*store_, series, "2022-03-01T05:00:00Z"),
               hourly("DE", kMidnight, {kGap, kGap}));
  expect_equal(known_at(*store_, series, "2022-03-01T06:00:00Z"), series);
}

TEST_P(StoreContract, ARevisedValueKeepsItsOldVersion) {
  const Series first = hourly("DE", kMidnight, {1, 2});
  const Series second = hourly("DE", kMidnight, {1.5, 2});
  ASSERT_TRUE(store_->write({first}, kNow));
  const auto report = store_->write({second}, kNow);
  ASSERT_TRUE(report);
  EXPECT_EQ(*report, (ImportReport{.unchanged = 1, .revised = 1}));
  expect_equal(known_at(*store_, first, "2022-03-31T23:59:59.999Z"), first);
  expect_equal(known_at(*store_, first, "2022-04-01T00:00:00Z"), second);
  expect_equal(store_->read(whole(first)), second);
  EXPECT_EQ(store_->zones()->front().points, 2) << "each hour counts once";
}

TEST_P(StoreContract, AnOldVersionMayComeLate) {
  const Series first = hourly("DE", kMidnight, {1});
  const Series second = hourly("DE", kMidnight, {2});
  ASSERT_TRUE(store_->write({issued(second, "2022-03-05T00:00:00Z")}, kNow));
  const auto report = store_->write({issued(first, "2022-03-02T00:00:00Z")}, kNow);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->revised, 1);
  expect_equal(store_->read(whole(first)), second);
  expect_equal(known_at(*store_, first, "2022-03-04T00:00:00Z"), first);
  expect_equal(known_at(*store_, first, "2022-03-01T12:00:00Z"), hourly("DE", kMidnight, {kGap}));
}

TEST_P(StoreContract, WhatIsIssuedTwiceChangesNothing) {
  const Series first = issued(hourly("DE", kMidnight, {1, kGap, 3}), "2022-03-02T00:00:00Z");
  const Series second = issued(hourly("DE", kMidnight, {1, 2, 4}), "2022-03-03T00:00:00Z");
  ASSERT_TRUE(store_->write({first, second}, kNow));
  const auto before = store_->zones();
  const auto again = store_->write({first, second}, kNow);
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, (ImportReport{.unchanged = 5, .gaps = 1}));
  EXPECT_EQ(*store_->zones(), *before);
}

TEST_P(StoreContract, AnotherValueForTheSameIssueTimeReplacesIt) {
  const Series first = hourly("DE", kMidnight, {1});
  const Series second = hourly("DE", kMidnight, {2});
  ASSERT_TRUE(store_->write({issued(first, "2022-03-02T00:00:00Z")}, kNow));
  const auto report = store_->write({issued(second, "2022-03-02T00:00:00Z")}, kNow);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->revised, 1);
  expect_equal(store_->read(whole(first)), second);
  EXPECT_EQ(store_->zones()->front().points, 1);
}

TEST_P(StoreContract, WhatIsWrittenLastIsTheNewestWhateverTheClockSays) {
  const Instant early = at("2020-01-01T00:00:00Z");
  for (const double value : {1, 2, 3, 1}) {
    const Series series = hourly("DE", kMidnight, {value});
    ASSERT_TRUE(store_->write({series}, early));
    expect_equal(store_->read(whole(series)), series);
  }
  EXPECT_EQ(store_->write({hourly("DE", kMidnight, {1})}, early)->unchanged, 1);
  expect_equal(known_at(*store_, hourly("DE", kMidnight, {1}), "2022-03-01T01:00:00Z"),
               hourly("DE", kMidnight, {1}));
}

TEST_P(StoreContract, MarksOfEstimatedValuesAreKept) {
  Series series = hourly("DE", kMidnight, {1, 2, kGap});
  series.estimated = {false, true, false};
  ASSERT_TRUE(store_->write({series}, kNow));
  expect_equal(store_->read(whole(series)), series);
}

TEST_P(StoreContract, MeasuringTheSameValueIsARevision) {
  Series estimated = hourly("DE", kMidnight, {1, 2});
  estimated.estimated = {true, true};
  const Series measured = hourly("DE", kMidnight, {1, kGap});
  ASSERT_TRUE(store_->write({estimated}, kNow));
  EXPECT_EQ(store_->write({measured}, kNow)->revised, 1);
  Series both = estimated;
  both.estimated = {false, true};
  expect_equal(store_->read(whole(both)), both);
  expect_equal(known_at(*store_, both, "2022-03-05T00:00:00Z"), estimated);
}

TEST_P(StoreContract, OneClassOfValuesCanBeRead) {
  Series series = hourly("DE", kMidnight, {1, 2});
  series.estimated = {false, true};
  ASSERT_TRUE(store_->write({series}, kNow));
  SeriesQuery query = whole(series);
  query.reported = Reported::kMeasured;
  const auto measured = store_->read(query);
  EXPECT_EQ(measured->values, hourly("DE", kMidnight, {1, kGap}).values);
  EXPECT_EQ(measured->reported, Reported::kMeasured);
  query.reported = Reported::kEstimated;
  EXPECT_EQ(store_->read(query)->values, hourly("DE", kMidnight, {kGap, 2}).values);
}

// One of many writes to a zone: overlapping, of two sources and bases, with and without marks and
// issue times, the clock going forth and back.
struct AnyWrite {
  Series series;
  Instant now;

  static AnyWrite make(const ZoneId& zone) {
    constexpr Instant kBase{std::chrono::hours{450'000}};
    const auto hours = [](int from, int to) {
      return std::chrono::hours{*rc::gen::inRange(from, to)};
    };
    AnyWrite any{.series = hourly("", kMidnight, {}), .now = kBase + hours(-20, 60)};
    any.series.zone = zone;
    any.series.start = kBase + hours(0, 8);
    any.series.basis = *rc::gen::element(Basis::kUnstated, Basis::kConsumption);
    any.series.source = *rc::gen::element<std::string>("one", "other");
    const auto size = *rc::gen::inRange<std::size_t>(1, 10);
    const bool marked = *rc::gen::arbitrary<bool>();
    for (std::size_t i = 0; i < size; ++i) {
      const double value = *rc::gen::element(kGap, 1.0, 2.0, 2.0004, 2.001);
      any.series.values.push_back(value == kGap ? std::optional<Intensity>{}
                                                : Intensity::grams_per_kwh(value));
      if (marked) {
        any.series.estimated.push_back(*rc::gen::arbitrary<bool>());
      }
    }
    if (*rc::gen::arbitrary<bool>()) {
      any.series.issued = kBase + hours(-10, 40);
    }
    return any;
  }
};

// Compares what two stores say of a zone, as known at any time.
inline void expect_same(Store& store, Store& oracle, const ZoneId& zone) {
  auto listed = *store.zones();
  std::erase_if(listed, [&](const ZoneSummary& one) { return one.zone != zone; });
  RC_ASSERT(listed == *oracle.zones());
  for (const ZoneSummary& one : listed) {
    SeriesQuery query{.zone = zone, .basis = one.basis, .source = one.source};
    query.from = one.first - std::chrono::hours{2};
    query.to = one.last_end + std::chrono::hours{2};
    query.reported = *rc::gen::element(Reported::kAll, Reported::kMeasured, Reported::kEstimated);
    for (int hour = -25; hour < 65; hour += 3) {
      query.known_at = one.first + std::chrono::hours{hour};
      const auto read = store.read(query);
      const auto expected = oracle.read(query);
      RC_ASSERT(read.has_value() && expected.has_value());
      RC_ASSERT(read->values == expected->values);
      RC_ASSERT(read->estimated == expected->estimated);
    }
    query.known_at = std::nullopt;
    RC_ASSERT(store.read(query)->values == oracle.read(query)->values);
  }
}

TEST_P(StoreContract, AnyWritesLeaveWhatTheStoreInMemoryHas) {
  int zones = 0;
  const bool same = rc::check("any writes, read as known at any time", [&] {
    const ZoneId zone{std::format("O-{}", ++zones)};
    MemoryStore oracle;
    const auto writes = *rc::gen::inRange(1, 8);
    for (int i = 0; i < writes; ++i) {
      std::vector<Series> series = {AnyWrite::make(zone).series};
      const auto [last, now] = AnyWrite::make(zone);
      if (*rc::gen::arbitrary<bool>()) {
        series.push_back(last);
      }
      RC_ASSERT(*store_->write(series, now) == *oracle.write(series, now));
    }
    expect_same(*store_, oracle, zone);
  });
  EXPECT_TRUE(same);
}

}  // namespace drover::carbon::testing
