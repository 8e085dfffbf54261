#include "carbon/gridapi/poller.h"

#include <deque>

#include <gtest/gtest.h>

#include "carbon/gridapi/registry.h"
#include "carbon/testing/memory_store.h"
#include "os/testing/expect.h"

namespace drover::carbon::gridapi {
namespace {

using os::testing::IsOk;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const Instant kStart = parse_time("2024-03-01T10:00:00Z").value();

// Says what it was told to, once each; nothing left is no data.
class Scripted final : public Provider {
 public:
  Result<ProviderData> recent(const Feed& /*feed*/, Instant /*now*/) override {
    return next(values);
  }
  Result<ProviderData> history(const Feed& /*feed*/, Instant /*from*/, Instant /*to*/) override {
    return next(values);
  }
  Result<ProviderData> forecast(const Feed& /*feed*/, Instant /*now*/) override {
    ++forecasts_asked;
    return next(forecasts);
  }

  std::deque<Result<ProviderData>> values;
  std::deque<Result<ProviderData>> forecasts;
  int forecasts_asked = 0;

 private:
  static Result<ProviderData> next(std::deque<Result<ProviderData>>& from) {
    if (from.empty()) {
      return ProviderData{};
    }
    auto data = std::move(from.front());
    from.pop_front();
    return data;
  }
};

Series hourly(Instant start, const std::vector<double>& grams) {
  Series series;
  series.zone = ZoneId{"Z"};
  series.start = start;
  series.source = "scripted";
  for (const double value : grams) {
    series.values.emplace_back(Intensity::grams_per_kwh(value));
  }
  return series;
}

ProviderData values(Instant start, const std::vector<double>& grams) {
  return {.series = {hourly(start, grams)}, .forecasts = {}};
}

class PollerTest : public ::testing::Test {
 protected:
  PollRule rule() {
    return {.every = hours{1}, .forecast_every = hours{6}, .stale_after = hours{3}};
  }

  Poller poller(std::size_t feeds = 1) {
    std::vector<PolledFeed> all;
    for (std::size_t i = 0; i < feeds; ++i) {
      scripts_.push_back(std::make_shared<Scripted>());
      all.push_back({.feed = {.zone = ZoneId{"Z"}, .remote = "r", .signal = "direct"},
                     .provider_name = "scripted",
                     .provider = scripts_.back(),
                     .rule = rule()});
    }
    return {std::move(all), {.store = &store_, .clock = &clock_, .chance = [] { return 0.0; }}};
  }

  Result<Series> known_at(Instant when, Instant from, Instant to) {
    return store_.read({.zone = ZoneId{"Z"}, .known_at = when, .from = from, .to = to});
  }

  ManualClock clock_{kStart};
  testing::MemoryStore store_;
  std::vector<std::shared_ptr<Scripted>> scripts_;
};

TEST_F(PollerTest, OneThatBeginsAgainKnowsTheLastGoodValue) {
  ASSERT_TRUE(store_.write({hourly(kStart, {100, 200})}, kStart));
  const auto last_known = [&](std::optional<SeriesQuery> stored) {
    const Poller again({{.feed = {.zone = ZoneId{"Z"}, .remote = "r", .signal = "direct"},
                         .provider_name = "scripted",
                         .provider = std::make_shared<Scripted>(),
                         .rule = rule(),
                         .stored = std::move(stored)}},
                       {.store = &store_, .clock = &clock_, .chance = [] { return 0.0; }});
    return again.status(0).last;
  };
  const auto last =
      last_known(stored_as({}, {.zone = ZoneId{"Z"}, .remote = "", .signal = "direct"}));
  ASSERT_TRUE(last);
  EXPECT_EQ(last->value, Intensity::grams_per_kwh(200));
  EXPECT_EQ(last->end, kStart + hours{2});
  EXPECT_FALSE(
      last_known(stored_as({}, {.zone = ZoneId{"Z"}, .remote = "", .signal = "lifecycle"})));
  EXPECT_FALSE(
      last_known(stored_as({}, {.zone = ZoneId{"Z"}, .remote = "", .signal = "co2_moer"})));
  EXPECT_FALSE(last_known(std::nullopt));
}

TEST_F(PollerTest, WritesWhatComesAndSaysWhatWasNew) {
  auto polling = poller();
  scripts_[0]->values = {values(kStart - hours{3}, {1, 2, 3}),
                         values(kStart - hours{2}, {2, 30, 4})};
  auto turn = polling.poll();
  ASSERT_EQ(turn.size(), 1);
  EXPECT_EQ(turn[0].values.inserted, 3);
  EXPECT_EQ(polling.state(0, clock_.now()), FeedState::kOk);
  EXPECT_EQ(polling.status(0).last.value().end, kStart);
  clock_.advance(hours{1});
  turn = polling.poll();
  EXPECT_EQ(turn[0].values.inserted, 1);
  EXPECT_EQ(turn[0].values.unchanged, 1);
  EXPECT_EQ(turn[0].values.revised, 1);
}

TEST_F(PollerTest, ValuesBecomeKnownWhenTheyWereFetchedAndTheOldVersionStays) {
  auto polling = poller();
  scripts_[0]->values = {values(kStart - hours{2}, {1, 2}), values(kStart - hours{2}, {1, 20})};
  polling.poll();
  clock_.advance(hours{1});
  polling.poll();
  const auto read = [&](Instant when) {
    return known_at(when, kStart - hours{2}, kStart).value().values;
  };
  EXPECT_EQ(read(kStart - Duration{1}).at(0), std::nullopt);
  EXPECT_EQ(read(kStart).at(1), Intensity::grams_per_kwh(2));
  EXPECT_EQ(read(kStart + hours{1}).at(1), Intensity::grams_per_kwh(20));
}

TEST_F(PollerTest, ForecastsAreStoredWithTheirIssueTimeAndAskedForAtTheirOwnPace) {
  auto polling = poller();
  const auto issued = kStart - minutes{10};
  scripts_[0]->forecasts = {ProviderData{
      .series = {}, .forecasts = {{.issued = issued, .values = hourly(kStart, {5, 6})}}}};
  EXPECT_EQ(polling.poll()[0].forecasts, 1);
  EXPECT_EQ(polling.status(0).forecast_issued, issued);
  EXPECT_EQ(polling.status(0).forecast_until, kStart + hours{2});
  const auto kept =
      store_.read_forecasts({.zone = ZoneId{"Z"}, .from = issued - hours{1}, .to = kStart});
  ASSERT_THAT(kept, IsOk());
  ASSERT_EQ(kept->size(), 1);
  EXPECT_EQ((*kept)[0].issued, issued);
  for (int hour = 1; hour <= 6; ++hour) {
    clock_.advance(hours{1});
    polling.poll();
  }
  EXPECT_EQ(scripts_[0]->forecasts_asked, 2);
}

TEST_F(PollerTest, NothingIsAskedBeforeItIsDue) {
  auto polling = poller();
  EXPECT_EQ(polling.poll().size(), 1);
  EXPECT_TRUE(polling.poll().empty());
  EXPECT_EQ(polling.next(), kStart + hours{1});
  clock_.advance(hours{1} - Duration{1});
  EXPECT_TRUE(polling.poll().empty());
  clock_.advance(Duration{1});
  EXPECT_EQ(polling.poll().size(), 1);
}

TEST_F(PollerTest, AFailureKeepsTheLastValueSaysSinceWhenAndIsTriedAgainSooner) {
  auto polling = poller();
  scripts_[0]->values = {values(kStart - hours{1}, {7}), unavailable("down"), unavailable("down"),
                         values(kStart + hours{1}, {8})};
  polling.poll();
  clock_.advance(hours{1});
  polling.poll();
  EXPECT_EQ(polling.state(0, clock_.now()), FeedState::kFailing);
  EXPECT_EQ(polling.status(0).values.failing_since, kStart + hours{1});
  EXPECT_EQ(polling.status(0).values.error, "down");
  EXPECT_EQ(polling.status(0).last.value().value, Intensity::grams_per_kwh(7));
  EXPECT_EQ(polling.next(), kStart + hours{1} + seconds{15});
  clock_.set(*polling.next());
  polling.poll();
  EXPECT_EQ(polling.next(), clock_.now() + seconds{30});
  clock_.set(*polling.next());
  polling.poll();
  EXPECT_EQ(polling.state(0, clock_.now()), FeedState::kOk);
}

TEST_F(PollerTest, AServiceWithoutNewValuesGoesStale) {
  auto polling = poller();
  scripts_[0]->values = {values(kStart - hours{1}, {7})};
  polling.poll();
  clock_.advance(hours{3});
  polling.poll();
  EXPECT_EQ(polling.state(0, clock_.now()), FeedState::kOk);
  EXPECT_EQ(polling.state(0, clock_.now() + Duration{1}), FeedState::kStale);
}

TEST_F(PollerTest, OneFeedThatFailsLeavesTheOthersAlone) {
  auto polling = poller(2);
  scripts_[0]->values = {invalid("wrong key")};
  scripts_[1]->values = {values(kStart - hours{1}, {7})};
  const auto turn = polling.poll();
  ASSERT_EQ(turn.size(), 2);
  EXPECT_EQ(polling.state(0, kStart), FeedState::kFailing);
  EXPECT_EQ(polling.state(1, kStart), FeedState::kOk);
  EXPECT_EQ(turn[1].values.inserted, 1);
}

TEST_F(PollerTest, WhatTheStoreRefusesIsAFailureToo) {
  auto polling = poller();
  scripts_[0]->values = {values(kStart - hours{1}, {7}),
                         values(kStart - hours{1} + minutes{7}, {7})};
  polling.poll();
  clock_.advance(hours{1});
  polling.poll();
  EXPECT_EQ(polling.state(0, clock_.now()), FeedState::kFailing);
  EXPECT_TRUE(polling.status(0).values.error.contains("storing zone Z of scripted"));
}

TEST_F(PollerTest, HistoryIsKnownSinceItsStepsEnded) {
  auto polling = poller();
  scripts_[0]->values = {values(kStart - hours{48}, {1, 2})};
  const auto report =
      fetch_history(polling.feeds()[0], store_, clock_, kStart - hours{48}, kStart - hours{46});
  ASSERT_THAT(report, IsOk());
  EXPECT_EQ(report->inserted, 2);
  EXPECT_EQ(known_at(kStart - hours{47}, kStart - hours{48}, kStart - hours{46})->values.at(0),
            Intensity::grams_per_kwh(1));
}

}  // namespace
}  // namespace drover::carbon::gridapi
